import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseAccess } from '../storage/database-access.ts';
import { DatabaseError } from '../storage/store.ts';
import { Arrangement } from './arrangement.ts';
import { DetailFeed } from './detail-feed.ts';
import { detailFrame } from './detail-view.ts';
import type { Frame } from './frame.ts';
import { helpFrame, helpPages } from './help-view.ts';
import type { Key } from './keys.ts';
import { questionAbout, setActive } from './pause.ts';
import { type Command, press } from './press.ts';
import type { Reader } from './reader.ts';
import type { WatchedRow } from './row.ts';
import type { Surroundings } from './screen.ts';
import { type PressContext, settled } from './selection.ts';
import { surroundingsOf } from './surroundings.ts';
import { pageOf, tableFrame } from './table-view.ts';
import { Terminal, type TerminalOptions } from './terminal.ts';
import { safe } from './text.ts';
import { type FirstView, firstState, type Question, type ViewState } from './view-state.ts';

export interface WatchOptions extends Pick<TerminalOptions, 'input' | 'output' | 'capabilities'> {
  /** One that has begun. */
  reader: Reader;
  access: DatabaseAccess;
  /** The database, as people are told. */
  database: string;
  /** From one frame to the next, ms. */
  interval: number;
  first: FirstView;
}

/** How often news are read at least, ms. */
const LONGEST_READ = 1000;

/** Frames that keys ask for are at least this far apart, ms. */
const KEYS_IN_A_FRAME = 40;

/** What went wrong is told for so long, ms. */
const NOTICE = 8000;

/** The screen: what is read becomes frames, and keys change what they show, until it is closed. */
export class Watch {
  readonly #options: WatchOptions;
  readonly #terminal: Terminal;
  readonly #closing = new AbortController();
  #state: ViewState;
  readonly #arrangement = new Arrangement();
  readonly #detail: DetailFeed;
  #drawTimer: NodeJS.Timeout | undefined;
  /** When that was done last, on the clock that only goes forward, ms. */
  #drawn = 0;
  /** The question that is on the screen. */
  #asked: Question | undefined;
  #notice: { text: string; until: number } | undefined;
  #quit: () => void = () => undefined;
  /** Resolves when somebody has had enough, and rejects with what nobody has foreseen. */
  readonly quitted: Promise<void>;

  constructor(options: WatchOptions) {
    const { input, output, capabilities, first, access } = options;
    this.#options = options;
    this.#state = firstState(first);
    const quit = new Promise<void>((resolve) => {
      this.#quit = resolve;
    });
    this.#detail = new DetailFeed({
      access,
      wanted: () => this.#wantedDetail(),
      onRead: () => this.#drawSoon(),
    });
    this.#terminal = new Terminal({
      input,
      output,
      capabilities,
      onKey: (key) => this.#press(key),
      onGone: () => this.#quit(),
      onResize: () => this.#drawSoon(),
    });
    this.#draw();
    this.quitted = Promise.race([quit, this.#follow(), this.#redraw()]);
  }

  /** Leaves the terminal as it was. */
  close(): void {
    this.#closing.abort();
    clearTimeout(this.#drawTimer);
    this.#terminal.close();
  }

  async #follow(): Promise<void> {
    const { reader, interval } = this.#options;
    while (await this.#waited(Math.min(interval, LONGEST_READ))) {
      await reader.read();
      this.#detail.read();
    }
  }

  async #redraw(): Promise<void> {
    while (await this.#waited(this.#options.interval)) {
      this.#arrangement.expire();
      this.#draw();
    }
  }

  /** Resolves with whether it is still open after that time, ms. */
  #waited(time: number): Promise<boolean> {
    return sleep(time, true, { signal: this.#closing.signal }).catch(() => false);
  }

  #press(key: Key): void {
    // What comes in one piece with the key that asks was not an answer to a question that nobody has seen.
    const { confirming } = this.#state;
    if (confirming && confirming !== this.#asked && key.name !== 'ctrl-c') return;
    this.#arrange();
    const { state, command } = press(this.#state, key, this.#context());
    this.#state = state;
    if (command !== undefined) this.#obey(command);
    this.#detail.read();
    this.#drawSoon();
  }

  #obey(command: Command): void {
    if (command === 'quit') this.#quit();
    else if (command === 'suspend') this.#terminal.suspend();
    else if (command === 'redraw') this.#terminal.forget();
    else void this.#toggle(command.question);
  }

  async #toggle({ ids, isActive }: Question): Promise<void> {
    const { access, reader } = this.#options;
    try {
      await access.edit((manager) => setActive(manager, ids, !isActive));
      await reader.read();
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      const text = `not ${isActive ? 'paused' : 'resumed'}: ${safe(error.message)}`;
      this.#notice = { text, until: performance.now() + NOTICE };
    }
    this.#drawSoon();
  }

  #questionOf(line: string): Question | undefined {
    const group = this.#arrangement.groups.get(line);
    if (group) return questionAbout(group.members, group.title);
    const row = this.#rowOf(line);
    return row && questionAbout([row], row.title);
  }

  #wantedDetail() {
    const { detail } = this.#state;
    const row = detail && this.#rowOf(detail.row);
    if (!row || !detail) return undefined;
    const hasSources = this.#options.reader.watched.sources.length > 1;
    return { row, span: detail.span, width: this.#terminal.size.width, hasSources };
  }

  #rowOf(key: string): WatchedRow | undefined {
    return this.#options.reader.watched.rows.find((row) => row.key === key);
  }

  #context(): PressContext {
    const { watched } = this.#options.reader;
    const { height } = this.#terminal.size;
    return {
      lines: this.#arrangement.keys,
      groups: this.#arrangement.groups,
      page: pageOf(height),
      hasSources: watched.sources.length > 1,
      helpPages: helpPages(height),
      states: new Set(watched.counts.keys()),
      questionOf: (line) => this.#questionOf(line),
    };
  }

  #arrange(): void {
    this.#arrangement.arrange(this.#options.reader.watched.rows, this.#state.table);
  }

  #drawSoon(): void {
    const since = performance.now() - this.#drawn;
    this.#drawTimer ??= setTimeout(() => this.#draw(), Math.max(0, KEYS_IN_A_FRAME - since));
  }

  #draw(): void {
    clearTimeout(this.#drawTimer);
    this.#drawTimer = undefined;
    // A line that is slower than the frames gets the newest when it can take one.
    if (this.#closing.signal.aborted || this.#terminal.isBusy) return;
    this.#drawn = performance.now();
    this.#terminal.draw(this.#frame());
    this.#asked = this.#state.confirming;
  }

  #frame(): Frame {
    this.#arrange();
    this.#state = settled(this.#state, {
      lines: this.#arrangement.keys,
      page: pageOf(this.#terminal.size.height),
    });
    const { rows } = this.#options.reader.watched;
    const state = this.#state;
    const surroundings = this.#surroundings();
    if (state.help !== undefined) return helpFrame(surroundings, state.help);
    const { detail } = state;
    if (!detail) return tableFrame({ rows, state, surroundings }, this.#arrangement.shown);
    const row = this.#rowOf(detail.row);
    return detailFrame({ row, state, detail, data: this.#detail.data, surroundings });
  }

  #surroundings(): Surroundings {
    const { reader, database, capabilities } = this.#options;
    if (this.#notice && performance.now() > this.#notice.until) this.#notice = undefined;
    return surroundingsOf(reader, {
      ...this.#terminal.size,
      database,
      capabilities,
      notice:
        this.#notice?.text ?? (this.#terminal.hasKeys ? undefined : 'no keys: standard input is no terminal'),
    });
  }
}
