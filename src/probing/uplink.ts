import type { Clock } from '../io/clock.ts';
import type { NewGap } from '../storage/store.ts';
import { Spans } from './spans.ts';

/** Errors by which a host says that it has no network, no way into it, or lets nobody in. Others are about a packet. */
const NO_NETWORK: ReadonlySet<string> = new Set([
  'ENETDOWN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'EADDRNOTAVAIL',
  'ENOTCONN',
  'ENOBUFS',
  'EPERM',
]);

/** What is shorter is no gap, ms. */
const SHORTEST = 2000;

/** A gap that goes on is told again after so long, ms. */
const AGAIN = 5000;

/** Failures with nothing sent in between: when the first and the last were, ms. */
interface Failures {
  from: number;
  to: number;
  /** Wall time of the first, and how long the host had slept by then, ms. */
  start: bigint;
  slept: number;
  count: number;
}

export interface UplinkInput {
  clock: Pick<Clock, 'wall' | 'slept'>;
  /** Told of a gap while it goes on, and at its end. */
  told: (gap: NewGap) => void;
  /** Told that one has begun, and that it is over. */
  changed: (isCutOff: boolean) => void;
}

/** Whether this host can send at all: it cannot as long as everything that it tries fails for want of a network. */
export class Uplink {
  readonly #input: UplinkInput;
  /** What was in flight meanwhile was sent into, or had its answer come over, a network that was not there. */
  readonly #cuts = new Spans();
  /** Those since anything was sent. */
  #failed: Failures | undefined;
  #toldAt: number | undefined;
  /** A host without IPv6, say, fails so many times in a row all the time. */
  #usual = 0;

  constructor(input: UplinkInput) {
    this.#input = input;
  }

  /** A packet was sent, at `at`, ms. */
  sent(at: number): void {
    const failed = this.#failed;
    if (!failed) return;
    const isUsual = !this.#isCut;
    this.#failed = undefined;
    if (failed.to - failed.from >= SHORTEST) {
      this.#tell(failed);
      this.#input.changed(false);
    } else this.#usual = Math.max(this.#usual, failed.count);
    if (!isUsual) this.#cuts.add(failed.from, Math.max(at, failed.to));
    this.#toldAt = undefined;
  }

  /** A packet could not be sent, at `at`, ms, for an errno. */
  unsent(at: number, code: string): void {
    if (!NO_NETWORK.has(code)) return;
    this.#failed ??= { from: at, to: at, start: this.#input.clock.wall(at), slept: this.#slept(), count: 0 };
    this.#failed.to = at;
    this.#failed.count++;
    if (at - this.#failed.from < SHORTEST) return;
    if (this.#toldAt === undefined) this.#input.changed(true);
    if (this.#toldAt === undefined || at - this.#toldAt >= AGAIN) this.#tell(this.#failed);
  }

  /** Nothing more will be sent: what goes on is told as it is. */
  end(): void {
    if (this.#failed && this.#toldAt !== undefined) this.#tell(this.#failed);
  }

  /** Whether the host could send nothing at any moment from one to the other, ms. */
  wasCutOff(from: number, to: number): boolean {
    return (this.#isCut && (this.#failed?.from ?? 0) <= to) || this.#cuts.overlap(from, to);
  }

  get #isCut(): boolean {
    return (this.#failed?.count ?? 0) > this.#usual;
  }

  #tell({ from, to, start, slept }: Failures): void {
    this.#toldAt = to;
    // Not by the wall clock, which may have been set meanwhile.
    const length = to - from + this.#slept() - slept;
    this.#input.told({ start, end: start + BigInt(Math.round(length * 1e6)), reason: 'cut_off' });
  }

  #slept(): number {
    return this.#input.clock.slept?.() ?? 0;
  }
}
