import { describe, expect, test } from 'vitest';
import { KeyReader } from '../../src/watch/keys.ts';
import { type Command, press } from '../../src/watch/press.ts';
import { type PressContext, settled } from '../../src/watch/selection.ts';
import { firstState, type ViewState } from '../../src/watch/view-state.ts';

const ROWS = Array.from({ length: 100 }, (_, n) => `${n} 1`);

const CONTEXT: PressContext = {
  lines: ROWS,
  groups: new Set(),
  page: 10,
  hasSources: false,
  helpPages: 2,
  states: new Set(['up', 'down', 'paused']),
  questionOf: (line) => ({ title: line, ids: [Number(line.split(' ')[0])], isActive: true }),
};

/** What a screen is after some bytes from a terminal, and what they have asked for. */
function pressed(
  typed: string,
  state: ViewState = firstState(),
  context = CONTEXT,
): { state: ViewState; commands: Command[] } {
  const commands: Command[] = [];
  const reader = new KeyReader();
  let after = state;
  for (const key of [...reader.read(Buffer.from(typed)), ...reader.flush()]) {
    const result = press(after, key, context);
    if (result.command !== undefined) commands.push(result.command);
    after = settled(result.state, context);
  }
  return { state: after, commands };
}

const selected = (typed: string): string | undefined => pressed(typed).state.table.selected;

describe('the selection', () => {
  test.each([
    ['', undefined],
    ['\x1b[B', '0 1'],
    ['jj', '1 1'],
    ['jjk', '0 1'],
    ['\x1b[6~', '9 1'],
    ['\x1b[6~\x1b[6~\x1b[5~', '9 1'],
    ['j\x04', '4 1'],
    ['G', '99 1'],
    ['\x1b[F\x1b[A', '98 1'],
    ['Gjj', '99 1'],
    ['Ggk', '0 1'],
    ['jjj\x1b', undefined],
  ])('%j selects %s', (typed, row) => expect(selected(typed)).toBe(row));

  test('is always on the screen', () => {
    expect(pressed('G').state.table.top).toBe(90);
    expect(pressed('Gkkk').state.table.top).toBe(90);
    expect(pressed('Gg').state.table.top).toBe(0);
  });

  test('stays with its row wherever that goes, and ends with it', () => {
    const { state } = pressed('jjj');
    const moved = settled(state, { lines: ROWS.toReversed(), page: 10 });
    expect(moved.table).toMatchObject({ selected: '2 1', top: 88 });
    expect(settled(state, { lines: ROWS.slice(50), page: 10 }).table).toMatchObject({
      selected: undefined,
      top: 0,
    });
    expect(settled(pressed('G').state, { lines: ROWS.slice(0, 3), page: 10 }).table.top).toBe(0);
    expect(settled(state, { lines: [], page: 10 }).table).toMatchObject({ selected: undefined, top: 0 });
  });
});

describe('the order', () => {
  const sortOf = (typed: string, context = CONTEXT) => {
    const { sort, isDescending } = pressed(typed, firstState(), context).state.table;
    return [sort, isDescending];
  };

  test.each([
    ['L', ['loss', true]],
    ['LL', ['loss', false]],
    ['r', ['state', true]],
    ['>', ['destination', false]],
    ['>>', ['loss', true]],
    ['<', ['seen', false]],
    ['O', ['state', false]],
  ])('%j sorts by %j', (typed, expected) => expect(sortOf(typed)).toEqual(expected));

  test('of several sources is by source, too', () => {
    expect(sortOf('O', { ...CONTEXT, hasSources: true })).toEqual(['source', false]);
    expect(sortOf('>>', { ...CONTEXT, hasSources: true })).toEqual(['source', false]);
  });
});

describe('filters', () => {
  const table = (typed: string) => pressed(typed).state.table;

  test('are typed, corrected, kept or dropped', () => {
    expect(table('/rad')).toMatchObject({ filter: 'rad' });
    expect(table('/rad\x7f\x7fe')).toMatchObject({ filter: 're' });
    expect(table('/rad\r')).toMatchObject({ filter: 'rad' });
    expect(table('/rad\x1b')).toMatchObject({ filter: '' });
    expect(table('/rad\r/io\x1b')).toMatchObject({ filter: 'rad' });
    expect(table('/a b\x17')).toMatchObject({ filter: 'a ' });
    expect(table('/a b\x15')).toMatchObject({ filter: '' });
    expect(table('/rad\r\x1b')).toMatchObject({ filter: '' });
  });

  test('take keys for what they type', () => {
    const { state, commands } = pressed('/qpt?');
    expect(state.table).toMatchObject({ filter: 'qpt?', onlyTroubles: false });
    expect(commands).toEqual([]);
  });

  test('take what is pasted, and nothing that a terminal would obey', () => {
    expect(table('/\x1b[200~a\x1b[31mb\n\x1b[201~')).toMatchObject({ filter: 'a\\x1b[31mb\\x0a' });
    expect(table('\x1b[200~qpt\x1b[201~')).toMatchObject({ filter: '', onlyTroubles: false });
  });

  test('of states go round those that there are', () => {
    expect(table('s').state).toBe('down');
    expect(table('ss').state).toBe('up');
    expect(table('sss').state).toBe('paused');
    expect(table('ssss').state).toBe(undefined);
    expect(table('st')).toMatchObject({ state: undefined, onlyTroubles: true });
    expect(table('ts')).toMatchObject({ state: 'down', onlyTroubles: false });
  });
});

const toggle = (id: number): Command => ({
  type: 'toggle',
  question: { title: `${id} 1`, ids: [id], isActive: true },
});

describe('pausing', () => {
  test.each([
    ['jpy', [toggle(0)]],
    ['jpn', []],
    ['jp\x1b', []],
    ['jpq', []],
    ['jp\r', []],
    // Nothing was selected: now it can be seen which one it would be.
    ['py', []],
    ['ppy', [toggle(0)]],
    ['j\rjpy', [toggle(1)]],
  ])('%j asks for %j', (typed, commands) => expect(pressed(typed).commands).toEqual(commands));

  test('is about the row that it was asked about, although another has come to its place', () => {
    const { state } = pressed('jp');
    expect(press(state, { name: 'y' }, { ...CONTEXT, lines: ROWS.toReversed() }).command).toEqual(toggle(0));
  });
});

describe('the detail', () => {
  const detail = (typed: string) => pressed(typed).state.detail;

  test.each([
    ['\r', { row: '0 1', span: 1, fromZero: false }],
    ['jj\r', { row: '1 1', span: 1, fromZero: false }],
    ['\r\x1b[C', { row: '0 1', span: 2, fromZero: false }],
    ['\r\x1b[D\x1b[D\x1b[D', { row: '0 1', span: 0, fromZero: false }],
    ['\r8>', { row: '0 1', span: 7, fromZero: false }],
    ['\r9', { row: '0 1', span: 1, fromZero: false }],
    ['\rjy', { row: '1 1', span: 1, fromZero: true }],
    ['\r\x1b', undefined],
    ['\rq', undefined],
  ])('%j shows %j', (typed, expected) => expect(detail(typed)).toEqual(expected));

  test('q goes back first, and quits then', () => {
    expect(pressed('\rq').commands).toEqual([]);
    expect(pressed('\rqq').commands).toEqual(['quit']);
  });

  test('there is none of nothing', () => {
    expect(pressed('\r', firstState(), { ...CONTEXT, lines: [] }).state.detail).toBe(undefined);
  });
});

test('help goes page by page, and back', () => {
  expect(pressed('?').state.help).toBe(0);
  expect(pressed('??').state.help).toBe(1);
  expect(pressed('???').state.help).toBe(undefined);
  expect(pressed('?q')).toMatchObject({ state: { help: undefined }, commands: [] });
});

test.each(['', '/', 'jp', '\r', '?'])('after %j, Ctrl-C quits and Ctrl-Z suspends', (before) => {
  expect(pressed(`${before}\x03`).commands).toEqual(['quit']);
  expect(pressed(`${before}\x1a`).commands).toEqual(['suspend']);
});
