import { OUTCOMES, type Outcome } from '../entities/outcome.ts';
import { ICMP, ICMP6 } from '../io/packet/ip.ts';
import type { NewResult } from '../storage/store.ts';

/** What a path wants to know of a result; `rtt` in ms, `destination_id` is the TTL. */
export type HopResult = Pick<
  NewResult,
  'destination_id' | 'outcome' | 'address' | 'rtt' | 'rtype' | 'icmptype' | 'rcode' | 'rseq' | 'reason'
>;

/** An ICMP error; `rtype` is the IP protocol number that it came by. */
export type IcmpFault = Pick<HopResult, 'rtype' | 'icmptype' | 'rcode'>;

/** What has become of the probes to one hop. Round-trip times are in ms, and null where nobody answered in time. */
export interface HopFigures {
  hop: number;
  /** Who answered, late answers included, in the order in which they were first heard. */
  addresses: string[];
  /** The probes that left and whose end is known. */
  sent: number;
  /** Those of them that somebody answered in time, whatever the answer. */
  received: number;
  /** Share of the sent ones that were not received, 0 to 1; null when none was sent. */
  loss: number | null;
  last: number | null;
  avg: number | null;
  best: number | null;
  worst: number | null;
  /** Of the sample, as mtr has it: 0 for a single one. */
  stdev: number | null;
  late: number;
  outcomes: Readonly<Record<Outcome, number>>;
  /** The last ICMP error other than time exceeded. */
  fault: IcmpFault | null;
}

/** The answers that count as received: each says that somebody is there. */
const ANSWERS: readonly Outcome[] = ['reply', 'refused', 'unreachable', 'ttl_exceeded'];

export const isAnswer = (outcome: Outcome): boolean => ANSWERS.includes(outcome);

/** Destination unreachable, by the IP protocol number of ICMP and ICMPv6. */
const UNREACHABLE: Readonly<Record<number, number>> = { [ICMP]: 3, [ICMP6]: 1 };

/** Whether somebody says that the probe gets no further. Routers often say so only when it is late. */
export const isUnreachable = ({ outcome, rtype, icmptype }: HopResult): boolean =>
  outcome === 'unreachable' ||
  (outcome === 'late' && rtype !== null && icmptype !== null && UNREACHABLE[rtype] === icmptype);

/** The probes with one TTL. */
export class Hop {
  readonly ttl: number;
  /** How many probes have been let through to the network. */
  admitted = 0;
  readonly #addresses = new Set<string>();
  readonly #counts = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
  #fault: IcmpFault | null = null;
  #last: number | null = null;
  #best = Number.POSITIVE_INFINITY;
  #worst = Number.NEGATIVE_INFINITY;
  #mean = 0;
  /** Sum of squared differences from the mean, by B. P. Welford's recurrence (doi:10.2307/1266577). */
  #squares = 0;

  constructor(ttl: number) {
    this.ttl = ttl;
  }

  take(result: HopResult): void {
    const { outcome, address, rtt, rtype, icmptype, rcode } = result;
    this.#counts[outcome]++;
    if (outcome === 'duplicate') return;
    if (address !== null) this.#addresses.add(address);
    if (isUnreachable(result)) this.#fault = { rtype, icmptype, rcode };
    if (rtt === null || !isAnswer(outcome)) return;
    this.#last = rtt;
    this.#best = Math.min(this.#best, rtt);
    this.#worst = Math.max(this.#worst, rtt);
    const difference = rtt - this.#mean;
    this.#mean += difference / this.#received;
    this.#squares += difference * (rtt - this.#mean);
  }

  get #received(): number {
    return ANSWERS.reduce((sum, outcome) => sum + this.#counts[outcome], 0);
  }

  get sent(): number {
    return this.#received + this.#counts.timeout;
  }

  /** How many probes have come to their end, on the network or before they got there. */
  get ended(): number {
    return this.sent + this.#counts.unsent;
  }

  /** Whether anybody has answered, in time or late. */
  get isHeard(): boolean {
    return this.#addresses.size > 0;
  }

  figures(): HopFigures {
    const received = this.#received;
    const measured = (value: number) => (received > 0 ? value : null);
    return {
      hop: this.ttl,
      addresses: [...this.#addresses],
      sent: this.sent,
      received,
      loss: this.sent > 0 ? this.#counts.timeout / this.sent : null,
      last: this.#last,
      avg: measured(this.#mean),
      best: measured(this.#best),
      worst: measured(this.#worst),
      stdev: measured(received > 1 ? Math.sqrt(this.#squares / (received - 1)) : 0),
      late: this.#counts.late,
      outcomes: { ...this.#counts },
      fault: this.#fault,
    };
  }
}
