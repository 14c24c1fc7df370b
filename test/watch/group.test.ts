import { describe, expect, test } from 'vitest';
import type { Group } from '../../src/live/groups.ts';
import { shownOf } from '../../src/watch/arrange.ts';
import { ALL_COLLAPSED, ALL_EXPANDED, type Folding, folded, WatchedGroup } from '../../src/watch/group.ts';
import { KeyReader } from '../../src/watch/keys.ts';
import { questionAbout } from '../../src/watch/pause.ts';
import { press } from '../../src/watch/press.ts';
import { type PressContext, settled } from '../../src/watch/selection.ts';
import { tableFrame } from '../../src/watch/table-view.ts';
import { firstState, type TableState, type ViewState } from '../../src/watch/view-state.ts';
import { Watched } from '../../src/watch/watched.ts';
import { destination, HERE, results, surroundings, THERE, variety } from './support.ts';

/** Two networks of named ones, and some without a name. */
function networks(sources = [HERE]): Watched {
  const watched = new Watched();
  watched.setSources(sources);
  const rows = [
    destination(1, { name: 'edge-1' }),
    destination(2, { name: 'edge-2' }),
    destination(3, { name: 'edge-10', protocol: 2, port: 80 }),
    destination(4, { name: 'core.paris' }),
    destination(5, { name: 'core.oslo', active: false }),
    destination(6, { address: '198.51.100.7' }),
    destination(7, { address: '2001:db8::7', protocol: 6 }),
    destination(8, { name: 'Edge', protocol: 99 as 3 }),
  ];
  for (const row of rows) watched.setDestination(row);
  for (const result of [
    ...results(1, [10, 11, 12]),
    ...results(2, [20, 'timeout', 20, 20]),
    ...results(3, ['timeout', 'timeout', 'timeout']),
    ...results(4, [7]),
    ...results(6, [3]),
  ])
    watched.take(result);
  return watched;
}

const tableWith = (table: Partial<TableState>): TableState => ({ ...firstState().table, ...table });

const linesBy = (group: Group, table: Partial<TableState> = {}, watched = networks()): string[] =>
  shownOf(watched.rows, tableWith({ sort: 'destination', group, ...table })).lines.map((line) =>
    line instanceof WatchedGroup ? `[${line.title}]` : line.title,
  );

describe('groups', () => {
  test('of states are in the order of how much they want a look', () => {
    expect(linesBy('state')).toEqual([
      '[down]',
      'edge-10',
      '[invalid]',
      'Edge',
      '[lossy]',
      'edge-2',
      '[waiting]',
      '2001:db8::7',
      '[up]',
      '198.51.100.7',
      'core.paris',
      'edge-1',
      '[paused]',
      'core.oslo',
    ]);
  });

  test('of protocols', () => {
    expect(linesBy('protocol', { folding: ALL_COLLAPSED })).toEqual([
      '[ICMP]',
      '[ICMP6]',
      '[TCP]',
      '[no protocol]',
    ]);
  });

  test('of names, and of subnets where there are none', () => {
    expect(linesBy('name')).toEqual([
      '[198.51.100.0/24]',
      '198.51.100.7',
      '[2001:db8::/64]',
      '2001:db8::7',
      '[core]',
      'core.oslo',
      'core.paris',
      '[Edge]',
      'Edge',
      '[edge]',
      'edge-1',
      'edge-2',
      'edge-10',
    ]);
  });

  test('of sources that have one name are two', () => {
    const watched = networks([HERE, { ...THERE, name: 'here' }]);
    expect(linesBy('source', { folding: ALL_COLLAPSED }, watched)).toEqual(['[here]', '[here]']);
  });

  test('have only what passes the filters, in the order that is asked for', () => {
    expect(linesBy('name', { onlyTroubles: true })).toEqual([
      '[Edge]',
      'Edge',
      '[edge]',
      'edge-2',
      'edge-10',
    ]);
    expect(linesBy('name', { filter: 'edge-', sort: 'loss', isDescending: true })).toEqual([
      '[edge]',
      'edge-10',
      'edge-2',
      'edge-1',
    ]);
    expect(linesBy('name', { filter: 'nothing' })).toEqual([]);
  });

  test('are collapsed all but some, or none but some; a new one as the others', () => {
    const one = folded(ALL_COLLAPSED, 'name: core');
    expect(linesBy('name', { folding: one })).toEqual([
      '[198.51.100.0/24]',
      '[2001:db8::/64]',
      '[core]',
      'core.oslo',
      'core.paris',
      '[Edge]',
      '[edge]',
    ]);
    expect(linesBy('name', { folding: folded(one, 'name: core') })).toHaveLength(5);
    expect(linesBy('name', { folding: folded(ALL_EXPANDED, 'name: edge') })).not.toContain('edge-1');
    const watched = networks();
    watched.setDestination(destination(9, { name: 'new' }));
    expect(linesBy('name', { folding: one }, watched)).toContain('[new]');
    expect(linesBy('name', { folding: one }, watched)).not.toContain('new');
  });

  test('are called by what is safe to show', () => {
    const titles = linesBy('name', { folding: ALL_COLLAPSED }, variety());
    expect(titles.join('')).not.toMatch(/\p{Cc}|\p{Cf}/u);
    expect(titles).toContain('[\\x1b[]');
    const watched = new Watched();
    watched.setSources([HERE]);
    watched.setDestination(destination(1, { name: '\u200b' }));
    expect(linesBy('name', {}, watched)).toEqual(['[192.0.2.1]', '192.0.2.1']);
  });
});

describe('the screen', () => {
  const framed = (
    table: Partial<TableState>,
    screen: { width: number; height: number; hasUnicode?: boolean },
    watched = networks(),
  ) =>
    tableFrame({
      rows: watched.rows,
      state: { ...firstState(), table: tableWith(table) },
      surroundings: surroundings(watched, screen),
    }).lines;

  test.each([
    [20, 5],
    [40, 12],
    [80, 24],
    [200, 50],
  ])('in %i columns and %i lines', async (width, height) => {
    const lines = framed({ group: 'name' }, { width, height });
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`frames/groups-${width}x${height}.txt`);
  });

  test('in ASCII, all collapsed', async () => {
    const lines = framed(
      { group: 'state', folding: ALL_COLLAPSED },
      { width: 80, height: 24, hasUnicode: false },
    );
    expect(lines.join('')).toMatch(/^[\x20-\x7e]*$/);
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('frames/groups-ascii.txt');
  });

  test('tells by what it is grouped where there is room for that', () => {
    expect(framed({ group: 'name' }, { width: 80, height: 24 })[1]).toMatch(/ by name or subnet$/);
    expect(framed({ group: 'name', filter: 'edge' }, { width: 80, height: 24 })[1]).toMatch(
      / by name or subnet {2}"edge": 4 of 8$/,
    );
    expect(framed({ group: 'name' }, { width: 40, height: 12 })[1]).not.toMatch(/ by /);
  });

  test('never shows half a number', () => {
    const watched = new Watched();
    watched.setSources([HERE]);
    for (let id = 1; id <= 1234; id++) {
      watched.setDestination(destination(id, { name: `name-${id}`, address: '192.0.2.1' }));
      for (const result of results(id, id % 3 === 0 ? ['timeout', 1] : [1])) watched.take(result);
    }
    for (let width = 1; width <= 100; width++)
      for (const line of framed({ group: 'name' }, { width, height: 4 }, watched).slice(0, 3)) {
        for (const [, number] of line.matchAll(/(?:[▲●]|name) +(\d+)/gu))
          expect(['411', '823', '1234'], line).toContain(number);
      }
  });
});

describe('keys', () => {
  /** What the screen is after keys, where the table is drawn after each. */
  function pressed(typed: string, { hasSources = false, watched = networks() } = {}): ViewState {
    let state = firstState({ sort: 'destination' });
    for (const key of new KeyReader().read(Buffer.from(typed))) {
      const { lines } = shownOf(watched.rows, state.table);
      const groups = new Map(
        lines.flatMap((line) => (line instanceof WatchedGroup ? [[line.key, line] as const] : [])),
      );
      const context: PressContext = {
        lines: lines.map(({ key: line }) => line),
        groups,
        page: 6,
        hasSources,
        helpPages: 2,
        states: new Set(watched.counts.keys()),
        questionOf: (line) => {
          const members = groups.get(line)?.members;
          return members && questionAbout(members, groups.get(line)?.title ?? '');
        },
      };
      ({ state } = press(state, key, context));
      const after = shownOf(watched.rows, state.table).lines.map(({ key: line }) => line);
      state = settled(state, { lines: after, page: 6 });
    }
    return state;
  }

  const RIGHT = '\x1b[C';
  const LEFT = '\x1b[D';

  test('b goes round what can be grouped by, sources only where there are several', () => {
    const groupOf = (typed: string, hasSources = false) => pressed(typed, { hasSources }).table.group;
    expect(['', 'b', 'bb', 'bbb', 'bbbb'].map((typed) => groupOf(typed))).toEqual([
      'none',
      'state',
      'protocol',
      'name',
      'none',
    ]);
    expect(groupOf('bbbb', true)).toBe('source');
    expect(groupOf('bbbbb', true)).toBe('none');
  });

  const selected = (typed: string): string | undefined => pressed(`bbb${typed}`).table.selected;
  const folding = (typed: string): Folding => pressed(`bbb${typed}`).table.folding;
  const SUBNET = 'name: 198.51.100.0/24';

  test.each([
    ['j', SUBNET],
    ['jj', '6 1'],
    [`jj${LEFT}`, SUBNET],
    [`jj${LEFT}${LEFT}j`, 'name: 2001:db8::/64'],
    [`j${RIGHT}`, '6 1'],
    [`jj${RIGHT}`, '6 1'],
    ['j\r', SUBNET],
    ['j\rj', 'name: 2001:db8::/64'],
    ['j\r\rj', '6 1'],
    [`j${LEFT}${RIGHT}`, SUBNET],
    [`j${LEFT}${RIGHT}${RIGHT}`, '6 1'],
    ['G', '3 1'],
    ['G-', 'name: edge'],
    ['G-jjj', 'name: edge'],
    ['G-+j', '1 1'],
    ['\x1b', undefined],
  ])('%j selects %j', (typed, expected) => expect(selected(typed)).toBe(expected));

  test('collapse and expand one group, and all', () => {
    expect(folding('j\r')).toEqual({ isCollapsed: false, except: new Set([SUBNET]) });
    expect(folding('j\r\r')).toEqual(ALL_EXPANDED);
    expect(folding('-')).toEqual(ALL_COLLAPSED);
    expect(folding(`-j${RIGHT}`)).toEqual({ isCollapsed: true, except: new Set(['name: 2001:db8::/64']) });
    expect(folding('-+')).toEqual(ALL_EXPANDED);
    // Keys of groups do nothing where there are none.
    expect(pressed(`-${LEFT}${RIGHT}+`).table.folding).toEqual(ALL_EXPANDED);
  });

  test('the detail is of rows alone', () => {
    expect(pressed('bbbjj\r').detail?.row).toBe('6 1');
    expect(pressed('bbbjj\rj').detail?.row).toBe('7 1');
    expect(pressed('bbbjj\rjk').detail?.row).toBe('6 1');
    expect(pressed('bbbjj\rG').detail?.row).toBe('3 1');
    expect(pressed('bbbj\r').detail).toBe(undefined);
  });

  test('p is about the members of a group that are probed, and about all where none is', () => {
    expect(pressed('bbb-jjp').confirming).toEqual({
      title: '1 destination of core',
      ids: [4],
      isActive: true,
    });
    const watched = new Watched();
    watched.setSources([HERE, THERE]);
    for (const id of [1, 2]) watched.setDestination(destination(id, { name: `core-${id}`, active: false }));
    expect(pressed('bbbjp', { watched }).confirming).toEqual({
      title: '2 destinations of core',
      ids: [1, 2],
      isActive: false,
    });
  });
});
