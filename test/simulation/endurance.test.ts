import { expect, test } from 'vitest';
import { dueAfter, firstDue } from '../../src/probing/schedule.ts';
import type { ScenarioGiven } from '../../src/scenario/schema.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import type { NewResult } from '../../src/storage/store.ts';
import { small } from './support.ts';
import { Witness } from './witness.ts';

async function run(scenario: ScenarioGiven) {
  const witness = new Witness();
  const results: NewResult[] = [];
  const simulation = await simulate(scenario, { observer: witness });
  witness.now = () => simulation.now;
  simulation.on('result', (result) => results.push(result));
  const report = await simulation.finish();
  return { witness, results, report };
}

/** From ms to whole ns. */
const ns = (ms: number): number => Math.round(ms * 1e6);

test('thirty days: no schedule drifts, and a round-trip time is exact to the nanosecond on the last day, too', async () => {
  const { witness, results } = await run(
    small({
      duration: '30d',
      links: { near: { delay: '1ms', jitter: '400us', distribution: 'normal' }, far: { delay: '9ms' } },
      destinations: [
        { address: '198.51.100.1', interval: '7m', data: '<1>' },
        { address: '2001:db8:1::1', interval: '61s', data: '<2>' },
        { address: '198.51.100.2', interval: '1001ms', data: '<3>', active: false },
      ],
      timeline: [{ at: '29d', change: '198.51.100.2', to: { active: true } }],
    }),
  );
  for (const [id, interval] of [
    [1, 420_000],
    [2, 61_000],
  ] as const) {
    const due: number[] = [];
    for (let at = firstDue(id, interval, 0); at < 30 * 86_400_000; at = dueAfter(id, interval, at))
      due.push(at);
    expect(witness.of(id).map(({ sentAt }) => sentAt)).toEqual(due);
  }
  const seen = new Map(
    [...witness.probes.values()].map((probe) => [`${probe.destination} ${probe.sentAt}`, probe]),
  );
  expect(results.length).toBeGreaterThan(130_000);
  const wrong = results.filter(({ destination_id, sentAt, rtt }) => {
    const probe = seen.get(`${destination_id} ${sentAt}`);
    const [answer] = probe?.answers ?? [];
    return !answer || rtt === null || ns(rtt) !== ns(answer.now) - ns(sentAt ?? 0);
  });
  expect(wrong).toEqual([]);
});

test('sequences that start again at zero with hundreds of probes in flight mix nothing up', async () => {
  const { witness, results, report } = await run(
    small({
      duration: '80s',
      links: { near: { delay: '150ms', jitter: '20ms', loss: '2%' }, far: { delay: '9ms' } },
      destinations: [{ address: '198.51.100.1', interval: '1ms', timeout: '400ms', data: '<1>' }],
    }),
  );
  expect(report.sent).toBeGreaterThan(79_000);
  expect(report).toMatchObject({ sent: witness.probes.size, stored: results.length, missed: 0 });
  expect(results).toHaveLength(report.sent);
  const sent = [...witness.probes.values()];
  const order = results.toSorted((a, b) => (a.sentAt ?? 0) - (b.sentAt ?? 0));
  const wrong = order.filter(({ rseq, rtt, sentAt }, index) => {
    const probe = sent[index];
    const answer = probe?.answers[0];
    const took = answer ? answer.at - (probe?.sentAt ?? 0) : null;
    return rseq !== index % 65_536 || sentAt !== probe?.sentAt || rtt !== took;
  });
  expect(wrong).toEqual([]);
});
