import { StringDecoder } from 'node:string_decoder';

/**
 * A key: its name, such as `up`, `enter`, `ctrl-c`, or the character that it types. `paste` has the text that came at once, where the terminal
 * tells that from typing.
 */
export interface Key {
  name: string;
  text?: string;
}

const ESCAPE = '\x1b';
const PASTE_END = '\x1b[201~';

/** More is no name that anybody filters by. */
const LONGEST_PASTE = 1000;

/** By the last byte of CSI or SS3; xterm's, which everybody else's are. https://invisible-island.net/xterm/ctlseqs/ctlseqs.html */
const BY_FINAL: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  H: 'home',
  F: 'end',
  M: 'enter',
  Z: 'shift-tab',
};

/** By the number before `~`. */
const BY_NUMBER: Readonly<Record<string, string>> = {
  1: 'home',
  2: 'insert',
  3: 'delete',
  4: 'end',
  5: 'pageup',
  6: 'pagedown',
  7: 'home',
  8: 'end',
};

const CONTROLS: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\x7f': 'backspace',
  '\b': 'backspace',
};

/** A control sequence behind its Escape, ECMA-48, 5.4: parameters, intermediate bytes, the final one. */
const CSI = /^\[([\x30-\x3f]*)([\x20-\x2f]*)([\x40-\x7e])/;

/** As far as one goes that has not come to its end. */
const OPEN_CSI = /^\[[\x30-\x3f]*[\x20-\x2f]*$/;

/** The terminal's answer to what mode 2026 (synchronized output) is; 1, 2: it has it. */
const SYNCHRONIZED = /^\[\?2026;[12]\$y/;

/** Makes keys of the bytes that a terminal sends. */
export class KeyReader {
  /** Whether the terminal has said that it draws at once what comes between two marks. */
  isSynchronized = false;
  readonly #decoder = new StringDecoder('utf8');
  #text = '';
  /** What is being pasted. */
  #paste: string | undefined;

  /** The keys that bytes bring to their end. */
  read(bytes: Buffer): Key[] {
    this.#text += this.#decoder.write(bytes);
    return this.#keys();
  }

  /** Whether there is the beginning of a sequence, or the Escape key: if nothing more comes, `flush` makes a key of it. */
  get isPending(): boolean {
    return this.#text !== '' && this.#paste === undefined;
  }

  flush(): Key[] {
    if (!this.isPending) return [];
    const rest = this.#text.slice(1);
    this.#text = '';
    // What begins like a sequence and is none was not typed.
    return rest === '' ? [{ name: 'escape' }] : [];
  }

  #keys(): Key[] {
    const keys: Key[] = [];
    while (this.#text !== '') {
      const before = this.#text;
      const key = this.#paste === undefined ? this.#next() : this.#pasted();
      if (key) keys.push(key);
      if (this.#text === before) break;
    }
    return keys;
  }

  /** undefined: nothing, or nothing yet. */
  #next(): Key | undefined {
    if (!this.#text.startsWith(ESCAPE)) return this.#character();
    const rest = this.#text.slice(1);
    if (rest === '' || rest === 'O' || OPEN_CSI.test(rest)) return undefined;
    const [whole, parameters = '', , final = ''] = CSI.exec(rest) ?? [];
    if (whole !== undefined) {
      if (SYNCHRONIZED.test(whole)) this.isSynchronized = true;
      this.#drop(1 + whole.length);
      return this.#sequence(parameters, final);
    }
    if (rest.startsWith('O')) {
      const name = BY_FINAL[rest[1] as string];
      this.#drop(3);
      return name === undefined ? undefined : { name };
    }
    // Escape and a key at once, or Alt and that key.
    this.#drop(1);
    return { name: 'escape' };
  }

  #sequence(parameters: string, final: string): Key | undefined {
    if (final === '~' && parameters === '200') {
      this.#paste = '';
      return undefined;
    }
    const [number = ''] = parameters.split(';');
    const name = final === '~' ? BY_NUMBER[number] : BY_FINAL[final];
    return name === undefined ? undefined : { name };
  }

  #character(): Key {
    const character = String.fromCodePoint(this.#text.codePointAt(0) as number);
    this.#drop(character.length);
    const name = CONTROLS[character];
    if (name !== undefined) return { name };
    if (character < ' ') return { name: `ctrl-${String.fromCharCode(character.charCodeAt(0) + 96)}` };
    return { name: character, text: character };
  }

  #pasted(): Key | undefined {
    const end = this.#text.indexOf(PASTE_END);
    // The end may have come in part.
    const most = end < 0 ? Math.max(0, this.#text.length - PASTE_END.length + 1) : end;
    this.#paste = `${this.#paste}${this.#text.slice(0, most)}`.slice(0, LONGEST_PASTE);
    this.#drop(most);
    if (end < 0) return undefined;
    const text = this.#paste;
    this.#paste = undefined;
    this.#drop(PASTE_END.length);
    return { name: 'paste', text };
  }

  #drop(length: number): void {
    this.#text = this.#text.slice(length);
  }
}
