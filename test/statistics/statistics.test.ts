import { expect, test } from 'vitest';
import type { Doubt } from '../../src/entities/doubt.ts';
import type { Outcome } from '../../src/entities/outcome.ts';
import { MinutedSummary } from '../../src/statistics/minutes.ts';
import { observationOf } from '../../src/statistics/observation.ts';
import { type Statistics, statisticsOf } from '../../src/statistics/statistics.ts';

interface Given {
  outcome?: Outcome;
  rtt?: number | null;
  rseq?: number;
  doubt?: Doubt | null;
  datamatch?: boolean | null;
  rtype?: number;
  minute?: number;
}

/** Results are replies, each with the next sequence, in one minute, unless they say otherwise. */
function statistics(results: readonly Given[]): Statistics {
  const minuted = new MinutedSummary();
  for (const [index, { minute = 0, ...rest }] of results.entries()) {
    const result = {
      outcome: 'reply',
      rtt: null,
      doubt: null,
      datamatch: true,
      rtype: 1,
      rseq: index,
      ...rest,
    } as const;
    minuted.add(observationOf(result), minute);
  }
  return statisticsOf(minuted.summary());
}

const timeout: Given = { outcome: 'timeout' };

test('counts each outcome where the loss figures want it', () => {
  expect(
    statistics([
      { rtt: 1 },
      { rtt: 3, datamatch: false },
      { rtt: 3, datamatch: false, rtype: 17 },
      { outcome: 'refused', rtt: 5 },
      { outcome: 'unreachable', rtt: 50 },
      { outcome: 'ttl_exceeded', rtt: 60 },
      timeout,
      { ...timeout, doubt: 'dropped' },
      { outcome: 'late', rtt: 900, doubt: 'delayed' },
      { outcome: 'duplicate', rtt: 1 },
      { outcome: 'unsent' },
    ]),
  ).toMatchObject({
    sent: 8,
    received: 4,
    lost: 3,
    undetermined: 1,
    loss: 3 / 7,
    min: 1,
    avg: 3,
    max: 5,
    late: 1,
    duplicate: 1,
    corrupt: 1,
    unsent: 1,
    doubtful: 2,
    timeout: 2,
  });
});

test('of nothing there are no figures, only counts', () => {
  const none = statistics([]);
  const figures = Object.entries(none).filter(([, value]) => value === null);
  expect(Object.fromEntries(figures)).toEqual({
    loss: null,
    min: null,
    avg: null,
    max: null,
    stddev: null,
    p50: null,
    p95: null,
    p99: null,
    pdv_p95: null,
    pdv_p99: null,
    ipdv_mean: null,
    ipdv_max: null,
    availability: null,
    r_estimate: null,
    mos_estimate: null,
  });
  expect(none).toMatchObject({ sent: 0, lost: 0, loss_periods: 0, minutes_observed: 0 });
});

test('variation is the difference to the shortest, and from one probe to the next', () => {
  const found = statistics([{ rtt: 10 }, { rtt: 14 }, { rtt: 11 }, timeout, { rtt: 30 }, { rtt: 31 }]);
  // 14 - 10, 11 - 14, 31 - 30; between 11 and 30 one was lost.
  expect(found).toMatchObject({ ipdv_mean: 8 / 3, ipdv_max: 4, pdv_p95: 21, pdv_p99: 21 });
});

test('loss periods are runs of probes lost one after the other', () => {
  const found = statistics([timeout, { rtt: 1 }, timeout, { outcome: 'unreachable' }, timeout, { rtt: 1 }]);
  expect(found).toMatchObject({ lost: 4, loss_periods: 2, longest_loss_period: 3 });
});

test('availability is the share of the minutes in which no more than a fifth was lost', () => {
  const minute = (of: number, lost: number): Given[] =>
    Array.from({ length: 10 }, (_, index) => ({ ...(index < lost ? timeout : { rtt: 1 }), minute: of }));
  const unknown: Given[] = [
    { ...timeout, doubt: 'suspended', minute: 9 },
    { outcome: 'unsent', minute: 9 },
  ];
  expect(
    statistics([...minute(1, 0), ...minute(2, 2), ...minute(3, 3), ...minute(4, 10), ...unknown]),
  ).toMatchObject({
    minutes_observed: 4,
    minutes_available: 2,
    availability: 0.5,
  });
  // A wall clock that is set back leads into a minute that was there before.
  expect(statistics([...minute(5, 1), ...minute(6, 0), ...minute(5, 8)])).toMatchObject({
    minutes_observed: 2,
    minutes_available: 1,
  });
});

test('minutes are remembered for as long as anybody may come back to them, and counted for ever', () => {
  const results = Array.from(
    { length: 5000 },
    (_, minute): Given => ({ ...(minute % 4 === 0 ? timeout : { rtt: 1 }), minute }),
  );
  expect(statistics(results)).toMatchObject({
    minutes_observed: 5000,
    minutes_available: 3750,
    availability: 0.75,
  });
});

test('a call is estimated from half of the mean round trip and 60 ms of equipment, and from losses and how they bunch', () => {
  const perfect = statistics([{ rtt: 0 }, { rtt: 0 }]);
  expect(perfect.r_estimate).toBeCloseTo(91.5, 1);
  expect(perfect.mos_estimate).toBeCloseTo(4.37, 2);
  const many = (lost: (index: number) => boolean) =>
    statistics(Array.from({ length: 1000 }, (_, index) => (lost(index) ? timeout : { rtt: 40 })));
  const scattered = many((index) => index % 20 === 0);
  const bunched = many((index) => index < 50);
  expect([scattered.loss, bunched.loss]).toEqual([0.05, 0.05]);
  expect(scattered.mos_estimate as number).toBeLessThan(perfect.mos_estimate as number);
  expect(bunched.mos_estimate as number).toBeLessThan(scattered.mos_estimate as number);
  expect(statistics([timeout, timeout]).mos_estimate).toBeNull();
});
