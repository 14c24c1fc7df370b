import { OUTCOMES } from '../../src/entities/outcome.ts';
import { BANDS, type SeriesBody } from '../../src/http/schemas/statistics.ts';

/** One step of a series that is made up. */
export interface MadeStep {
  start: number;
  received?: number;
  lost?: number;
  /** ms, of all its probes. */
  rtt?: number | null;
  /** ms, of its longest. */
  max?: number;
}

/** A series as the API gives it; steps of 1000 ms unless said otherwise. */
export function seriesOf(
  steps: readonly MadeStep[],
  { step = 1000, since = 0, until = 60_000, gaps = [] as SeriesBody['gaps'] } = {},
): SeriesBody {
  const column = <Value>(of: (step: MadeStep) => Value) => steps.map(of);
  const received = column((each) => each.received ?? 1);
  const lost = column((each) => each.lost ?? 0);
  const none = column(() => 0);
  const rtt = column((each) => ((each.received ?? 1) > 0 ? (each.rtt ?? 10) : null));
  return {
    destination_id: 1,
    source_id: null,
    since,
    until,
    step,
    start: column(({ start }) => start),
    sent: received.map((count, n) => count + (lost[n] as number)),
    received,
    lost,
    undetermined: none,
    corrupt: none,
    ...(Object.fromEntries(OUTCOMES.map((outcome) => [outcome, none])) as Record<
      (typeof OUTCOMES)[number],
      number[]
    >),
    reply: received,
    timeout: lost,
    avg: rtt,
    ...(Object.fromEntries(BANDS.map((band) => [band, rtt])) as Record<
      (typeof BANDS)[number],
      (number | null)[]
    >),
    max: rtt.map((value, n) => (value === null ? null : (steps[n]?.max ?? value))),
    ipdv_mean: none,
    availability: column(() => 1),
    gaps,
  };
}
