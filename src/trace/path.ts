import { Hop, type HopFigures, type HopResult, isAnswer, isUnreachable } from './hop.ts';

export interface PathOptions {
  /** Numeric address of where the path leads, in canonical form, without zone. */
  target: string;
  /** Probes to each hop, 1 to 65,535. */
  count: number;
  /** The highest TTL, 1 to 255. */
  maxHops: number;
  /** How many hops are probed at once, at most. */
  concurrency: number;
}

/**
 * So many hops are probed of which nothing is known yet, which is how many probes a near target may get too many of;
 * and so many silent ones in a row are the end of the path, as they are to mtr.
 */
const WINDOW = 5;

/** The way to a host as its routers tell it: which hops to probe, which of them is the last, and what each answered. */
export class Path {
  readonly #options: PathOptions;
  readonly #hops: Hop[] = [];
  #end: number | undefined;
  /** Whether it is the end only because somebody said that it goes no further, which may pass. */
  #isBarred = false;
  #answered = false;
  #reason: string | null = null;

  constructor(options: PathOptions) {
    this.#options = options;
    this.#grow();
  }

  /** The TTLs that have been probed so far, and whether they still are to be. */
  hops(): { ttl: number; wanted: boolean }[] {
    return this.#hops.map((hop) => ({ ttl: hop.ttl, wanted: this.#isWanted(hop) }));
  }

  /** Whether one more probe with this TTL may leave; it counts as left. */
  admit(ttl: number): boolean {
    const hop = this.#hops[ttl - 1];
    if (!hop || !this.#isWanted(hop)) return false;
    hop.admitted++;
    return true;
  }

  take(result: HopResult): void {
    const hop = this.#hops[result.destination_id - 1];
    // What was not admitted comes back as unsent.
    if (!hop || result.rseq >= this.#options.count) return;
    hop.take(result);
    this.#reason = result.reason ?? this.#reason;
    if (this.#isFromTarget(result) && isAnswer(result.outcome)) this.#answered = true;
    this.#locate(hop.ttl, result);
    this.#grow();
  }

  /** What a result with a TTL says about the end of the path. */
  #locate(ttl: number, result: HopResult): void {
    const end = this.#end ?? Number.POSITIVE_INFINITY;
    if (this.#isFromTarget(result)) {
      this.#end = this.#isBarred ? ttl : Math.min(end, ttl);
      this.#isBarred = false;
    } else if (isUnreachable(result)) {
      if (ttl >= end || (end !== Number.POSITIVE_INFINITY && !this.#isBarred)) return;
      this.#end = ttl;
      this.#isBarred = true;
    } else if (this.#isBarred && ttl >= end && result.outcome === 'ttl_exceeded') {
      // Somebody passes packets on again.
      this.#end = undefined;
      this.#isBarred = false;
    }
  }

  /** Whether the target itself has answered in time. */
  get answered(): boolean {
    return this.#answered;
  }

  /** Why not one probe could leave this host; undefined when one did, or may still. */
  get problem(): string | undefined {
    const stuck = this.#hops.every((hop) => hop.sent === 0 && hop.ended > 0);
    return stuck ? (this.#reason ?? undefined) : undefined;
  }

  /** Whether all probes have ended, and no more hops are to be probed. */
  get done(): boolean {
    if (this.problem !== undefined) return true;
    return this.#busy === 0 && this.#hops.length >= this.#reach;
  }

  /** The hops up to the end of the path; as long as that is not found, up to one beyond the last that answered. */
  figures(): HopFigures[] {
    const last = this.#end ?? this.#lastHeard + 1;
    return this.#hops.slice(0, last).map((hop) => hop.figures());
  }

  #isWanted(hop: Hop): boolean {
    const { count } = this.#options;
    return hop.ttl <= (this.#end ?? hop.ttl) && hop.admitted < count && hop.ended < count;
  }

  #isFromTarget({ outcome, address }: HopResult): boolean {
    return address === this.#options.target || outcome === 'reply' || outcome === 'refused';
  }

  /** How many hops have probes that have not ended. */
  get #busy(): number {
    const { length } = this.#hops.filter(
      (hop) => hop.ttl <= (this.#end ?? hop.ttl) && hop.ended < this.#options.count,
    );
    return length;
  }

  get #lastHeard(): number {
    return this.#hops.findLast((hop) => hop.isHeard)?.ttl ?? 0;
  }

  /** The highest TTL to be probed by now. */
  get #reach(): number {
    const known = this.#hops.filter((hop) => hop.ended > 0).length;
    return Math.min(this.#end ?? this.#options.maxHops, WINDOW + Math.min(known, this.#lastHeard));
  }

  #grow(): void {
    while (this.#hops.length < this.#reach && this.#busy < this.#options.concurrency)
      this.#hops.push(new Hop(this.#hops.length + 1));
  }
}
