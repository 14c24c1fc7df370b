import { DOUBTS } from '../entities/doubt.ts';
import { OUTCOMES, type Outcome } from '../entities/outcome.ts';
import { type Observation, observationOf } from '../statistics/observation.ts';
import type { EncodedResult, NewResult } from '../storage/store.ts';
import { MINUTE, secondOf } from './levels.ts';

/** What of a result goes into roll-ups. */
export interface Fact extends Observation {
  destination_id: number;
  /** When the minute that it lies in began, s since the Unix epoch. */
  minute: number;
}

type FactColumns = Pick<
  NewResult,
  'destination_id' | 'rtime' | 'outcome' | 'doubt' | 'rtt' | 'rseq' | 'rtype' | 'datamatch'
>;

const MINUTE_NS = BigInt(MINUTE) * 1_000_000_000n;

/** In the lowest bits of a code; above them whether the data had changed, and the doubt. */
const OUTCOME_BITS = 4;
const CORRUPT = 1 << OUTCOME_BITS;
const DOUBT = CORRUPT << 1;

const OUTCOME_CODES = Object.fromEntries(OUTCOMES.map((outcome, code) => [outcome, code])) as Record<
  Outcome,
  number
>;

/** The facts of a batch, as columns of numbers: 30 bytes a result, and nothing for the garbage collector to follow. */
export class Facts {
  readonly #destinations: number[] = [];
  readonly #minutes: number[] = [];
  readonly #codes: number[] = [];
  readonly #sequences: number[] = [];
  /** NaN where there is none. */
  readonly #rtts: number[] = [];

  get length(): number {
    return this.#codes.length;
  }

  add(result: FactColumns): void {
    const { rtime } = result;
    this.#push(
      result.destination_id,
      rtime >= 0n ? Number(rtime / MINUTE_NS) * MINUTE : minuteOf(rtime.toString()),
      observationOf(result),
    );
  }

  #push(destination: number, minute: number, { outcome, doubt, corrupt, rseq, rtt }: Observation): void {
    const doubtCode = doubt === null ? 0 : DOUBTS.indexOf(doubt) + 1;
    this.#destinations.push(destination);
    this.#minutes.push(minute);
    this.#codes.push(OUTCOME_CODES[outcome] + (corrupt ? CORRUPT : 0) + doubtCode * DOUBT);
    this.#sequences.push(rseq ?? -1);
    // As it is stored: in whole ns.
    this.#rtts.push(rtt === null ? Number.NaN : Math.round(rtt * 1e6) / 1e6);
  }

  /** Puts one of them into `fact`, which is used again and again. */
  read(index: number, fact: Fact): void {
    const code = this.#codes[index] as number;
    const rtt = this.#rtts[index] as number;
    const rseq = this.#sequences[index] as number;
    fact.destination_id = this.#destinations[index] as number;
    fact.minute = this.#minutes[index] as number;
    fact.outcome = OUTCOMES[code & (CORRUPT - 1)] as Outcome;
    fact.corrupt = (code & CORRUPT) !== 0;
    fact.doubt = code < DOUBT ? null : (DOUBTS[Math.floor(code / DOUBT) - 1] ?? null);
    fact.rseq = rseq < 0 ? null : rseq;
    fact.rtt = Number.isNaN(rtt) ? null : rtt;
  }

  /** Those of results that wait to be written, in the order of `encodeResult`. */
  static of(rows: readonly EncodedResult[]): Facts {
    const facts = new Facts();
    for (const row of rows) {
      const columns = JSON.parse(row);
      const [rtime, rttNs, rseq, destination_id, , rtype, , , , datamatch, , outcome, doubt] = columns;
      const rtt = rttNs === null ? null : rttNs / 1e6;
      const observation = observationOf({ outcome, doubt, rtt, rtype, rseq, datamatch });
      facts.#push(destination_id, minuteOf(rtime), observation);
    }
    return facts;
  }
}

/** When the minute of a time began, s since the Unix epoch; `rtime`: ns as digits. */
export const minuteOf = (rtime: string): number => Math.floor(secondOf(rtime) / MINUTE) * MINUTE;

export const emptyFact = (): Fact => ({
  destination_id: 0,
  minute: 0,
  outcome: 'reply',
  doubt: null,
  rtt: null,
  rseq: null,
  corrupt: false,
});
