import { OUTCOMES } from '../../src/entities/outcome.ts';
import type { Observation } from '../../src/statistics/observation.ts';

const mean = (values: number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, each) => sum + each, 0) / values.length;

const isSequence = (rseq: number | null): rseq is number => Number.isInteger(rseq);

/** Whether the second is the first's neighbour, where sequences have 16 bits. */
const areNeighbours = (a: number | null, b: number | null): boolean =>
  isSequence(a) && isSequence(b) && [1, 65_535].includes((b - a + 65_536) % 65_536);

/** What a summary has to say, with everything in memory at once. */
export function brute(observations: readonly Observation[]) {
  const count = (holds: (each: Observation) => boolean) => observations.filter(holds).length;
  const received = observations.flatMap(({ outcome, rtt, rseq }) =>
    (outcome === 'reply' || outcome === 'refused') && rtt !== null && Number.isFinite(rtt)
      ? [{ rtt, rseq }]
      : [],
  );
  const lost = observations.filter(
    ({ outcome, doubt }) =>
      outcome === 'unreachable' || outcome === 'ttl_exceeded' || (outcome === 'timeout' && doubt === null),
  );
  const sorted = received.map(({ rtt }) => rtt).sort((a, b) => a - b);
  const average = mean(sorted);
  const pairs = received
    .slice(1)
    .map((each, index) => [received[index]!, each] as const)
    .filter(([a, b]) => areNeighbours(a.rseq, b.rseq))
    .map(([a, b]) => Math.abs(b.rtt - a.rtt));
  const periods: number[] = [];
  for (const [index, { rseq }] of lost.entries())
    if (index > 0 && areNeighbours(lost[index - 1]!.rseq, rseq)) periods[periods.length - 1]!++;
    else periods.push(1);
  return {
    sorted,
    exact: {
      ...Object.fromEntries(OUTCOMES.map((outcome) => [outcome, count((each) => each.outcome === outcome)])),
      corrupt: count((each) => each.corrupt),
      doubtful: count((each) => each.doubt !== null),
      undetermined: count((each) => each.outcome === 'timeout' && each.doubt !== null),
      rtt_count: received.length,
      rtt_min: sorted[0] ?? null,
      rtt_max: sorted.at(-1) ?? null,
      ipdv_count: pairs.length,
      ipdv_max: pairs.length > 0 ? Math.max(...pairs) : null,
      loss_periods: periods.length,
      longest_loss_period: Math.max(0, ...periods),
    },
    close: {
      rtt_mean: average,
      rtt_variance: average === null ? null : mean(sorted.map((each) => (each - average) ** 2)),
      ipdv_mean: mean(pairs),
    },
  };
}
