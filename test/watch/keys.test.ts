import { describe, expect, test } from 'vitest';
import { type Key, KeyReader } from '../../src/watch/keys.ts';

const names = (keys: readonly Key[]): string[] => keys.map(({ name }) => name);

/** What a terminal's bytes mean, when they come at once. */
const read = (text: string): string[] => {
  const reader = new KeyReader();
  return [...names(reader.read(Buffer.from(text))), ...names(reader.flush())];
};

test.each([
  ['jk', ['j', 'k']],
  ['\x1b[A\x1b[B\x1b[C\x1b[D', ['up', 'down', 'right', 'left']],
  ['\x1bOA\x1bOB\x1bOM', ['up', 'down', 'enter']],
  [
    '\x1b[5~\x1b[6~\x1b[1~\x1b[4~\x1b[H\x1b[F\x1b[3~',
    ['pageup', 'pagedown', 'home', 'end', 'home', 'end', 'delete'],
  ],
  ['\x1b[1;5A', ['up']],
  ['\r\n\t\x7f\b', ['enter', 'enter', 'tab', 'backspace', 'backspace']],
  ['\x03\x1a\x0c', ['ctrl-c', 'ctrl-z', 'ctrl-l']],
  ['\x1b', ['escape']],
  ['\x1bq', ['escape', 'q']],
  ['\x1b\x1b', ['escape', 'escape']],
  ['é東🚀', ['é', '東', '🚀']],
  ['\x1b[99~\x1b[?1;2c\x1bOz', []],
])('%j is %j', (text, expected) => expect(read(text)).toEqual(expected));

test('comes in any pieces', () => {
  const text = 'x\x1b[A\x1b[5~é🚀\x1bOB\x1b[200~a\x1b[A\nb\x1b[201~y\x1b[?2026;2$y';
  const bytes = Buffer.from(text);
  const whole = new KeyReader().read(bytes);
  expect(names(whole)).toEqual(['x', 'up', 'pageup', 'é', '🚀', 'down', 'paste', 'y']);
  for (let size = 1; size < 7; size++) {
    const reader = new KeyReader();
    const keys: Key[] = [];
    for (let at = 0; at < bytes.length; at += size) keys.push(...reader.read(bytes.subarray(at, at + size)));
    expect(keys).toEqual(whole);
    expect(reader.isPending).toBe(false);
    expect(reader.isSynchronized).toBe(true);
  }
});

describe('Escape', () => {
  test('is a key only when nothing comes after it', () => {
    const reader = new KeyReader();
    expect(reader.read(Buffer.from('\x1b'))).toEqual([]);
    expect(reader.isPending).toBe(true);
    expect(names(reader.read(Buffer.from('[A')))).toEqual(['up']);
    reader.read(Buffer.from('\x1b'));
    expect(names(reader.flush())).toEqual(['escape']);
    expect(reader.isPending).toBe(false);
  });

  test('and what was cut off is nothing', () => {
    const reader = new KeyReader();
    reader.read(Buffer.from('\x1b[1;'));
    expect(reader.flush()).toEqual([]);
    expect(names(reader.read(Buffer.from('q')))).toEqual(['q']);
  });
});

test('pasted text is no keys, and not without end', () => {
  const reader = new KeyReader();
  const [paste, after] = reader.read(Buffer.from(`\x1b[200~${'qp'.repeat(5000)}\x1b[201~j`));
  expect(paste).toEqual({ name: 'paste', text: 'qp'.repeat(500) });
  expect(after?.name).toBe('j');
});

test('synchronized output is what the terminal says of it', () => {
  for (const [answer, expected] of [
    ['\x1b[?2026;1$y', true],
    ['\x1b[?2026;2$y', true],
    ['\x1b[?2026;0$y', false],
    ['\x1b[?2026;4$y', false],
  ] as const) {
    const reader = new KeyReader();
    expect(reader.read(Buffer.from(answer))).toEqual([]);
    expect(reader.isSynchronized).toBe(expected);
  }
});
