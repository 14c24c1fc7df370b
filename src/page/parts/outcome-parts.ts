import type { SeriesBody } from '../../http/schemas/statistics.ts';

type Columns = Pick<
  SeriesBody,
  | 'reply'
  | 'refused'
  | 'unreachable'
  | 'ttl_exceeded'
  | 'timeout'
  | 'unsent'
  | 'late'
  | 'duplicate'
  | 'corrupt'
  | 'undetermined'
>;

export type OutcomeName = keyof Columns;

/** A part of what became of the probes of a step. Parts do not overlap: a corrupt reply is in `corrupt` alone. */
export interface OutcomePart {
  name: OutcomeName;
  meaning: string;
}

/** From the bottom of a bar to its top: what went wrong stands on the axis, so that it can be compared. */
export const OUTCOME_PARTS: readonly OutcomePart[] = [
  { name: 'timeout', meaning: 'nothing in time' },
  { name: 'unreachable', meaning: 'an ICMP error from somebody on the way' },
  { name: 'ttl_exceeded', meaning: 'time exceeded in transit' },
  { name: 'undetermined', meaning: 'timeouts that this host may have caused itself' },
  { name: 'unsent', meaning: 'never left this host' },
  { name: 'corrupt', meaning: 'replies whose data had changed' },
  { name: 'refused', meaning: 'the target said that the port is closed' },
  { name: 'reply', meaning: 'the answer asked for, in time' },
  { name: 'late', meaning: 'answers after their timeout, on top of it' },
  { name: 'duplicate', meaning: 'one more answer to an answered probe' },
];

/** How many results of a step are in a part. */
export function partOf(columns: Columns, name: OutcomeName, step: number): number {
  const of = (column: OutcomeName): number => columns[column][step] ?? 0;
  if (name === 'reply') return Math.max(0, of('reply') - of('corrupt'));
  if (name === 'timeout') return Math.max(0, of('timeout') - of('undetermined'));
  return of(name);
}

/** All results of a step. */
export const resultsOf = (columns: Columns, step: number): number =>
  OUTCOME_PARTS.reduce((sum, { name }) => sum + partOf(columns, name, step), 0);
