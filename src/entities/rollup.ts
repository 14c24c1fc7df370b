import type { Period } from '../history/levels.ts';
import type { SummaryColumns } from '../statistics/summary.ts';
import { OUTCOMES } from './outcome.ts';

/**
 * A row of `rollups`: the summary of a source's results of one destination that were received, or given up, in one period.
 *
 * It covers exactly those whose id is not above the pair's row in `rollup_positions`. No class of TypeORM's, which knows no
 * type of bytes that SQLite and PostgreSQL share; and all that is done with roll-ups is done to many of them at once.
 */
export interface Rollup extends SummaryColumns {
  /** s */
  period: Period;
  destination_id: number;
  source_id: number;
  /** When the period began, s since the Unix epoch. */
  start: number;
  /** The ids of its results lie between these two. Others may, too. */
  first_result: number;
  last_result: number;
}

/** The columns of a summary, in the order in which statements take them. */
export const SUMMARY_COLUMNS = [
  ...OUTCOMES,
  'corrupt',
  'doubtful',
  'undetermined',
  'rtt_count',
  'rtt_min',
  'rtt_max',
  'rtt_mean',
  'rtt_variance',
  'ipdv_count',
  'ipdv_mean',
  'ipdv_max',
  'loss_periods',
  'longest_loss_period',
  'minutes_observed',
  'minutes_available',
  'sketch',
] as const satisfies readonly (keyof SummaryColumns)[];

const KEY_COLUMNS = ['period', 'destination_id', 'source_id', 'start'] as const;

/** Every column of the table. */
export const ROLLUP_COLUMNS = [...KEY_COLUMNS, 'first_result', 'last_result', ...SUMMARY_COLUMNS] as const;
