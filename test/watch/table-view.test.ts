import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arranged } from '../../src/watch/arrange.ts';
import { SORT_COLUMNS, type SortColumn } from '../../src/watch/columns.ts';
import { questionAbout } from '../../src/watch/pause.ts';
import { tableFrame } from '../../src/watch/table-view.ts';
import { widthOf } from '../../src/watch/text.ts';
import { firstState, type TableState, type ViewState } from '../../src/watch/view-state.ts';
import { Watched } from '../../src/watch/watched.ts';
import { destination, HERE, results, surroundings, THERE, variety } from './support.ts';

const stateWith = (table: Partial<TableState> = {}, more: Partial<ViewState> = {}): ViewState => {
  const state = firstState();
  return { ...state, ...more, table: { ...state.table, ...table } };
};

const linesOf = (
  watched: Watched,
  screen: Parameters<typeof surroundings>[1],
  state: ViewState = stateWith(),
): string[] => tableFrame({ rows: watched.rows, state, surroundings: surroundings(watched, screen) }).lines;

const text = (lines: readonly string[]): string => `${lines.join('\n')}\n`;

describe('the table as it is drawn', () => {
  test.each([
    [40, 12],
    [80, 24],
    [200, 50],
  ])('in %i columns and %i lines', async (width, height) => {
    await expect(text(linesOf(variety(), { width, height }))).toMatchFileSnapshot(
      `frames/table-${width}x${height}.txt`,
    );
  });

  test('in ASCII', async () => {
    const lines = linesOf(variety(), { width: 80, height: 24, hasUnicode: false, hasColours: false });
    expect(lines.join('')).toMatch(/^[\x20-\x7e]*$/);
    await expect(text(lines)).toMatchFileSnapshot('frames/table-ascii.txt');
  });

  test('of two sources', async () => {
    const lines = linesOf(variety([HERE, THERE]), { width: 110, height: 28 });
    await expect(text(lines)).toMatchFileSnapshot('frames/table-sources.txt');
  });

  test('in very few lines', () => {
    const height = (lines: number) => linesOf(variety(), { width: 60, height: lines });
    expect(height(1)).toHaveLength(1);
    expect(height(2)[1]).toContain('old office');
    expect(height(4).slice(1, 3)).toEqual([
      expect.stringContaining('loss'),
      expect.stringContaining('old office'),
    ]);
  });

  test('when the database is away: the rows stay, and the first line says so', () => {
    const lines = linesOf(variety(), {
      width: 80,
      height: 24,
      problem: 'trying again: database pinger.db: gone',
    });
    expect(lines[0]).toBe('trying again: database pinger.db: gone');
    expect(lines[3]).toContain('old office');
  });

  test('without destinations: what to do', () => {
    const watched = new Watched();
    watched.setSources([HERE]);
    expect(linesOf(watched, { width: 80, height: 24 }).join('\n')).toContain(
      'pinger destinations add example.com',
    );
  });

  test('when nothing passes the filter', () => {
    const lines = linesOf(variety(), { width: 80, height: 24 }, stateWith({ filter: 'nowhere' }));
    expect(lines[3]).toBe('Nothing passes the filters. Esc takes them away.');
    expect(lines[1]).toMatch(/^■ 1 {2}◆ 1 .* "nowhere": 0 of 10$/);
  });

  test('when there are no troubles', () => {
    const watched = new Watched();
    watched.setSources([HERE]);
    watched.setDestination(destination(1));
    const lines = linesOf(watched, { width: 80, height: 24 }, stateWith({ onlyTroubles: true }));
    expect(lines[3]).toBe('No troubles.');
  });

  test('while a filter is typed, and while a question is asked', () => {
    const typing = linesOf(
      variety(),
      { width: 40, height: 12 },
      stateWith({ filter: 'zür' }, { filterBefore: '' }),
    );
    expect(typing.at(-1)).toBe('/zür');
    expect(typing[3]).toContain('Zürich core');
    const spare = variety().rows.filter(({ title }) => title === 'spare');
    const asking = linesOf(
      variety(),
      { width: 60, height: 12 },
      stateWith({}, { confirming: questionAbout(spare, 'spare') }),
    );
    expect(asking.at(-1)).toBe('Resume spare? [y/N]');
  });

  test('control characters of a name are shown, and not obeyed', () => {
    for (const line of linesOf(variety(), { width: 200, height: 50 })) expect(line).not.toMatch(/\p{Cc}/u);
    expect(text(linesOf(variety(), { width: 200, height: 50 }))).toContain('\\x1b[31mevil\\x07');
  });

  test('fits any size', () => {
    const watched = variety([HERE, THERE]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 60 }), (width, height) => {
        const lines = linesOf(watched, { width, height });
        expect(lines).toHaveLength(height);
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
      }),
    );
  });
});

describe('the order', () => {
  const order = (table: Partial<TableState>): string[] =>
    arranged(variety().rows, { ...firstState().table, ...table }).map(({ title }) => title);

  test('is by what needs somebody most, and by name', () => {
    expect(order({})).toEqual([
      'old office',
      '👨👩👧 family 🚀',
      'no address!',
      'radio link',
      'new',
      '\\x1b[31mevil\\x07\\u202e',
      'tcp://shop.example.com:443',
      'Zürich core',
      '東京 POP 日本語',
      'spare',
    ]);
  });

  test.each(SORT_COLUMNS)(
    'by %s goes both ways, and what has no value is last in both',
    (sort: SortColumn) => {
      const up = order({ sort, isDescending: false });
      const down = order({ sort, isDescending: true });
      expect([...up].sort()).toEqual([...down].sort());
      if (['rtt', 'avg', 'p95', 'jitter'].includes(sort)) {
        expect(up.slice(-3)).toEqual(down.slice(-3));
        expect(down[0]).toBe('東京 POP 日本語');
      }
      if (sort === 'destination') expect(up).toEqual(down.toReversed());
      if (sort === 'loss') expect(down[0]).toBe('old office');
    },
  );

  test('troubles are those that somebody should look at', () => {
    expect(order({ onlyTroubles: true })).toEqual([
      'old office',
      '👨👩👧 family 🚀',
      'no address!',
      'radio link',
    ]);
    expect(order({ state: 'up' })).toHaveLength(4);
    expect(order({ filter: 'EXAMPLE.com' })).toEqual(['tcp://shop.example.com:443']);
  });
});

test('figures are of the probes that were received', () => {
  const watched = new Watched();
  watched.setSources([HERE]);
  watched.setDestination(destination(1));
  for (const result of results(1, [10, 12, 'timeout', 20, 21, 'timeout'])) watched.take(result);
  const [row] = watched.rows;
  expect(row?.figures).toEqual({ avg: 15.75, p95: 21, jitter: 1.5 });
  expect(row?.live.loss).toBeCloseTo(1 / 3);
  for (const result of results(1, [22])) watched.take({ ...result, rtime: result.rtime + 1n });
  expect(row?.figures.p95).toBe(22);
});
