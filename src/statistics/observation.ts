import { UDP } from '../io/packet/ip.ts';
import type { NewResult } from '../storage/store.ts';

/** What statistics take of a result. */
export interface Observation extends Pick<NewResult, 'outcome' | 'doubt'> {
  /** Round-trip time, ms; null without an answer. */
  rtt: number | null;
  /** The probe's sequence; null where it is not known. */
  rseq: number | null;
  /** Whether it is a reply whose data had changed. */
  corrupt: boolean;
}

/** A result as an observation. An echo reply has to bring the data back; a UDP service may answer anything. */
export const observationOf = ({
  outcome,
  doubt,
  rtt,
  rseq,
  rtype,
  datamatch,
}: Pick<NewResult, 'outcome' | 'doubt' | 'rtt' | 'rtype' | 'datamatch'> & {
  rseq: number | null;
}): Observation => ({
  outcome,
  doubt,
  rtt,
  rseq,
  corrupt: outcome === 'reply' && datamatch === false && rtype !== UDP,
});
