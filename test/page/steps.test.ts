import { describe, expect, test } from 'vitest';
import { partOf, resultsOf } from '../../src/page/parts/outcome-parts.ts';
import { continued, indexAt, lossAt, nearestIndex } from '../../src/page/parts/steps.ts';
import { summaryOf } from '../../src/page/parts/summary.ts';
import { seriesOf } from './series.ts';

describe('where a step is', () => {
  const series = seriesOf([{ start: 1000 }, { start: 2000 }, { start: 5000 }]);

  test.each([
    [999, -1],
    [1000, 0],
    [1999, 0],
    [2500, 1],
    [3000, -1],
    [4999, -1],
    [5999, 2],
    [6000, -1],
  ])('%i ms is in step %i', (moment, index) => expect(indexAt(series, moment)).toBe(index));

  test.each([
    [0, 0],
    [2400, 1],
    [3900, 1],
    [4200, 2],
    [90_000, 2],
  ])('the nearest step to %i ms is %i', (moment, index) => expect(nearestIndex(series, moment)).toBe(index));

  test('there is none in a series without steps', () => expect(nearestIndex(seriesOf([]), 5)).toBe(-1));
});

describe('loss of a step', () => {
  const series = seriesOf([
    { start: 0, received: 3, lost: 1 },
    { start: 1000, received: 0, lost: 4 },
    { start: 2000, received: 0, lost: 0 },
  ]);

  test.each([
    [0, 0.25],
    [1, 1],
    [2, null],
  ])('of step %i is %s', (step, loss) => expect(lossAt(series, step)).toBe(loss));
});

describe('outcomes of a step', () => {
  test('corrupt replies and undetermined timeouts are counted once', () => {
    const series = {
      ...seriesOf([{ start: 0, received: 5, lost: 0 }]),
      timeout: [3],
      undetermined: [2],
      corrupt: [1],
    };
    expect(partOf(series, 'reply', 0)).toBe(4);
    expect(partOf(series, 'timeout', 0)).toBe(1);
    expect(resultsOf(series, 0)).toBe(8);
  });
});

describe('a series that goes on', () => {
  const old = seriesOf([{ start: 0 }, { start: 1000 }, { start: 2000, received: 1 }], {
    since: 0,
    until: 2500,
    gaps: [{ source_id: 1, start: 500, end: 2500, reason: 'down' }],
  });

  test('takes the newer steps, and leaves out what is shown no more', () => {
    const fresh = seriesOf([{ start: 2000, received: 7 }, { start: 3000 }], { since: 2000, until: 3500 });
    const joined = continued(old, fresh, 1000);
    expect(joined.start).toEqual([1000, 2000, 3000]);
    expect(joined.received).toEqual([1, 7, 1]);
    expect(joined.until).toBe(3500);
    expect(joined.p50).toHaveLength(3);
  });

  test('a gap that goes on stays one', () => {
    const fresh = seriesOf([{ start: 3000 }], {
      since: 2000,
      until: 3500,
      gaps: [{ source_id: 1, start: 2000, end: 2900, reason: 'down' }],
    });
    expect(continued(old, fresh, 0).gaps).toEqual([{ source_id: 1, start: 500, end: 2900, reason: 'down' }]);
  });
});

test('the summary says what there is to see', () => {
  const series = seriesOf(
    [
      { start: 0, rtt: 10, received: 9, lost: 1 },
      { start: 1000, rtt: 30, received: 0, lost: 10 },
      { start: 2000, rtt: 20, received: 10 },
    ],
    { gaps: [{ source_id: 1, start: 3000, end: 63_000, reason: 'suspended' }] },
  );
  const told = summaryOf('example.com', series, { since: 0, until: 60_000 });
  expect(told).toContain('in 3 steps of 1 s');
  expect(told).toContain('between 10.00 ms and 20.00 ms');
  expect(told).toContain('36.7% of 30 probes were lost, at most 100% in a step');
  expect(told).toContain('In 1 step everything was lost');
  expect(told).toContain('could not probe once, for 1 min');
});
