import { z } from 'zod';
import { GAP_REASONS } from '../../entities/gap.ts';
import { OUTCOMES } from '../../entities/outcome.ts';
import { count, moment, ms, share } from './common.ts';

const outcomes = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, count])) as Record<
  (typeof OUTCOMES)[number],
  typeof count
>;

/** The figures of docs/statistics.md, by the same names. */
export const statisticsSchema = z
  .object({
    sent: count,
    received: count,
    lost: count,
    undetermined: count,
    loss: share,
    loss_periods: count,
    longest_loss_period: count,
    min: ms,
    avg: ms,
    max: ms,
    stddev: ms,
    p50: ms,
    p95: ms,
    p99: ms,
    pdv_p95: ms,
    pdv_p99: ms,
    ipdv_mean: ms,
    ipdv_max: ms,
    availability: share,
    minutes_observed: count,
    minutes_available: count,
    r_estimate: z.number().nullable(),
    mos_estimate: z.number().nullable(),
    corrupt: count,
    doubtful: count,
    ...outcomes,
  })
  .meta({ id: 'Statistics' });

/** Those of one destination. */
export const destinationStatisticsSchema = statisticsSchema
  .extend({
    destination_id: z.number().int().nullable().describe('null: of results that name no destination'),
    label: z.string().nullable().describe('null: it is in the table no more'),
    source_id: z.number().int().nullable().describe('null: all sources together'),
  })
  .meta({ id: 'DestinationStatistics' });

/** How long a source could not probe, by reason. */
const gapTotalsSchema = z
  .object({
    source_id: z.number().int(),
    source: z.string().nullable().describe('its name'),
    down: z.number().nonnegative().describe('ms in which no monitor ran'),
    suspended: z.number().nonnegative().describe('ms in which its host slept'),
    cut_off: z.number().nonnegative().describe('ms in which its host could send nothing at all'),
  })
  .meta({ id: 'GapTotals' });

export const statisticsListSchema = z.object({
  statistics: z.array(destinationStatisticsSchema),
  gaps: z.array(gapTotalsSchema),
});

/** A time in which a source could not probe. It counts neither as loss nor as an outage. */
const gap = {
  source_id: z.number().int(),
  start: moment,
  end: moment,
  reason: z
    .enum(GAP_REASONS)
    .describe('down: no monitor ran; suspended: its host slept; cut_off: its host could send nothing at all'),
};

export const gapsSchema = z.object({
  gaps: z.array(
    z.object({ ...gap, source: z.string().nullable().describe('its name') }).meta({ id: 'NamedGap' }),
  ),
});

/** The percentiles of a smoke chart, from the shortest round trip to the longest. */
export const BANDS = ['min', 'p5', 'p10', 'p25', 'p50', 'p75', 'p90', 'p95', 'p99', 'max'] as const;

const column = <Value extends z.ZodType>(value: Value) => z.array(value);

/** One destination's history in equal steps, as columns: element n of each is about the step that begins at `start[n]`. */
export const seriesSchema = z
  .object({
    destination_id: z.number().int(),
    source_id: z.number().int().nullable().describe('null: all sources together'),
    since: moment,
    until: moment,
    step: z.number().describe('how long each step is, ms'),
    start: column(moment).describe('only steps in which there were results'),
    sent: column(count),
    received: column(count),
    lost: column(count),
    undetermined: column(count),
    corrupt: column(count),
    ...(Object.fromEntries(OUTCOMES.map((outcome) => [outcome, column(count)])) as Record<
      (typeof OUTCOMES)[number],
      z.ZodArray<typeof count>
    >),
    avg: column(ms),
    ...(Object.fromEntries(BANDS.map((band) => [band, column(ms)])) as Record<
      (typeof BANDS)[number],
      z.ZodArray<typeof ms>
    >),
    ipdv_mean: column(ms),
    availability: column(share),
    gaps: z.array(z.object(gap).meta({ id: 'Gap' })).describe('when a source could not probe'),
  })
  .meta({ id: 'Series' });

export type SeriesBody = z.infer<typeof seriesSchema>;
