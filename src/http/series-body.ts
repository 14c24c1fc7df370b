import { OUTCOMES, type Outcome } from '../entities/outcome.ts';
import type { Series, SeriesPoint } from '../history/series.ts';
import { Turns } from '../turns.ts';
import { BANDS, type SeriesBody } from './schemas/statistics.ts';

type Band = (typeof BANDS)[number];

type Columns = Omit<SeriesBody, 'destination_id' | 'source_id' | 'since' | 'until' | 'step' | 'gaps'>;

/** The share of the received probes whose round-trip time a band does not exceed. */
const QUANTILES: Record<Band, number> = {
  min: 0,
  p5: 0.05,
  p10: 0.1,
  p25: 0.25,
  p50: 0.5,
  p75: 0.75,
  p90: 0.9,
  p95: 0.95,
  p99: 0.99,
  max: 1,
};

const none = <Name extends string>(names: readonly Name[]) =>
  Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, never[]>;

/** The steps of a series as columns. */
export async function columnsOf({ points }: Series): Promise<Columns> {
  const columns: Columns = {
    ...none(['start', 'sent', 'received', 'lost', 'undetermined', 'corrupt']),
    ...none<Outcome>(OUTCOMES),
    ...none(['avg']),
    ...none<Band>(BANDS),
    ...none(['ipdv_mean', 'availability']),
  };
  const turns = new Turns();
  for (const point of points) {
    add(columns, point);
    if (turns.isOver) await turns.next();
  }
  return columns;
}

function add(columns: Columns, { start, summary }: SeriesPoint): void {
  const figures = summary.figures();
  const { received, lost } = summary;
  const { undetermined, corrupt, rtt_mean, ipdv_mean, minutes_observed, minutes_available } = figures;
  columns.start.push(start);
  columns.sent.push(received + lost + undetermined);
  columns.received.push(received);
  columns.lost.push(lost);
  columns.undetermined.push(undetermined);
  columns.corrupt.push(corrupt);
  for (const outcome of OUTCOMES) columns[outcome].push(figures[outcome]);
  columns.avg.push(rtt_mean);
  for (const band of BANDS) columns[band].push(summary.quantile(QUANTILES[band]));
  columns.ipdv_mean.push(ipdv_mean);
  columns.availability.push(minutes_observed > 0 ? minutes_available / minutes_observed : null);
}
