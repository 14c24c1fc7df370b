import type { Meters } from '../counters.ts';
import type { Doubt } from '../entities/doubt.ts';
import type { Clock } from '../io/clock.ts';
import type { Transport } from '../io/transport.ts';
import type { Logger } from '../logger.ts';
import type { NewGap } from '../storage/store.ts';
import type { Probe } from './flight.ts';
import { Spans } from './spans.ts';
import { Uplink } from './uplink.ts';

/** What this host notices of itself: that it has slept, that it can send nothing at all, and that it can again. */
export type HostCondition = 'suspended' | 'cut_off' | 'connected';

/** What is watched, and who is told. */
export interface Watched {
  clock: Clock;
  transport: Pick<Transport, 'counters' | 'untimed'>;
  meters: Meters;
  logger: Logger;
  /** Told as soon as it is noticed. */
  noticed?: (condition: HostCondition) => void;
}

/** A process that wakes up later than this has not read what came in, either. ms */
export const HELD_UP = 2;

/** The least that tells a suspend from the resolution of the clocks, ms. No host sleeps for less. */
const SHORTEST_SLEEP = 100;

/** What goes on is logged again after so long a rest, ms. */
const QUIET = 60_000;

/**
 * How long after the last look the next one is due, ms. Who depends on reading in time has to see each time that the
 * process is held up; for all else it bounds how far apart a loss and the probe that is doubted for it can be.
 */
const LOOK = { timed: 1000, untimed: 10 } as const;

/**
 * What this host has done of late that a result may be distorted by. Whoever wakes up regularly tells it when; it is asked
 * only about results that can be distorted at all: timeouts, and answers without a time of their own.
 */
export class LocalConditions {
  readonly #watched: Watched;
  /** Packets were dropped, or the socket was closed. */
  readonly #drops = new Spans();
  readonly #sleeps = new Spans();
  readonly #delays = new Spans();
  readonly #uplink: Uplink;
  /** Told of times in which nothing could be probed. */
  #gapListener: (gap: NewGap) => void = () => {};
  /** When the process wakes up next, and when it did last; ms. */
  #wakesAt = Number.POSITIVE_INFINITY;
  #wokeAt: number;
  /** What the last look has found. */
  #lookedAt: number | undefined;
  #dropped = 0;
  #slept = 0;
  #closedAt = Number.POSITIVE_INFINITY;
  #delayToldAt = Number.NEGATIVE_INFINITY;

  constructor(watched: Watched) {
    this.#watched = watched;
    this.#wokeAt = watched.clock.now();
    this.#uplink = new Uplink({
      clock: watched.clock,
      told: (gap) => this.#gapListener(gap),
      changed: (isCutOff) => {
        if (isCutOff) watched.logger.warn('host.cut_off');
        else watched.logger.info('host.connected');
        watched.noticed?.(isCutOff ? 'cut_off' : 'connected');
      },
    });
  }

  /** Tells of each time in which this host slept or could send nothing; of one that goes on, again and again. */
  onGap(listener: (gap: NewGap) => void): void {
    this.#gapListener = listener;
  }

  /** A packet was sent, at `at`, ms. */
  sent(at: number): void {
    this.#uplink.sent(at);
  }

  /** A packet could not be sent, for an errno. */
  unsent(code: string): void {
    this.#uplink.unsent(this.#watched.clock.now(), code);
  }

  /** Nothing more is sent from now on. */
  end(): void {
    this.#uplink.end();
  }

  /** How often `look` has to be called at least, ms. */
  get lookInterval(): number {
    return this.#watched.transport.untimed ? LOOK.untimed : LOOK.timed;
  }

  /** The process has set a timer for then, ms. */
  expectWake(at: number): void {
    this.#wakesAt = at;
  }

  /** It has woken up, at `now`, ms; returns whether it was held up. */
  wake(now: number): boolean {
    const delay = Math.max(0, now - this.#wakesAt);
    this.#watched.meters.loopDelay.add(delay);
    // Nobody knows since when it did not run, and reading what has gathered may take as long again.
    if (delay > HELD_UP) this.#delays.add(this.#wokeAt, now + delay);
    this.#wokeAt = now;
    this.#wakesAt = Number.POSITIVE_INFINITY;
    return delay > HELD_UP;
  }

  /** Looks what has happened since the last time. */
  look(): void {
    const { clock, transport, meters } = this.#watched;
    const now = clock.now();
    const { dropped, queued = 0 } = transport.counters();
    const slept = clock.slept?.() ?? 0;
    const since = this.#lookedAt;
    this.#lookedAt = now;
    meters.queuedMost = Math.max(meters.queuedMost, queued);
    if (since !== undefined && dropped > this.#dropped) this.#noteDrops(since, now, dropped - this.#dropped);
    this.#dropped = dropped;
    if (since !== undefined && slept - this.#slept < SHORTEST_SLEEP) return;
    if (since !== undefined) this.#noteSleep(since, now, slept - this.#slept);
    this.#slept = slept;
  }

  #noteDrops(from: number, to: number, packets: number): void {
    if (from - this.#drops.end > QUIET) this.#watched.logger.warn('host.dropping', { packets });
    this.#drops.add(from, to);
  }

  #noteSleep(from: number, to: number, ms: number): void {
    this.#watched.logger.warn('host.suspended', { ms: Math.round(ms) });
    this.#sleeps.add(from, to);
    this.#watched.noticed?.('suspended');
    // When between the two looks it slept, nobody knows; they lie a second apart at most.
    const end = this.#watched.clock.wall((from + to) / 2);
    this.#gapListener({ start: end - BigInt(Math.round(ms * 1e6)), end, reason: 'suspended' });
  }

  /** The socket has failed: nothing is received until it is open. */
  socketClosed(): void {
    this.#closedAt = this.#watched.clock.now();
  }

  socketOpened(): void {
    if (this.#closedAt < Number.POSITIVE_INFINITY) this.#drops.add(this.#closedAt, this.#watched.clock.now());
    this.#closedAt = Number.POSITIVE_INFINITY;
    // It counts from zero again.
    this.#dropped = 0;
  }

  /** What may be wrong with a timeout; `look` comes first. */
  ofTimeout({ sentAt, deadline }: Probe): Doubt | null {
    const { clock, transport } = this.#watched;
    if (clock.now() < deadline) return 'abandoned';
    if (this.#sleeps.overlap(sentAt, deadline)) return 'suspended';
    if (this.#uplink.wasCutOff(sentAt, deadline)) return 'cut_off';
    if (this.#closedAt <= deadline || this.#drops.overlap(sentAt, deadline)) return 'dropped';
    return transport.untimed && this.#delays.overlap(deadline, deadline) ? this.#delayed() : null;
  }

  /** What may be wrong with an answer that has no time of its own but that of reading it: `receivedAt`, ms. */
  ofUntimed({ sentAt }: Probe, receivedAt: number): Doubt | null {
    // Who has times as a rule reads only now and then.
    if (!this.#watched.transport.untimed) return this.#delayed();
    const isHeldUp = receivedAt - this.#wakesAt > HELD_UP;
    return isHeldUp || this.#delays.overlap(sentAt, receivedAt) ? this.#delayed() : null;
  }

  #delayed(): Doubt {
    const now = this.#watched.clock.now();
    if (now - this.#delayToldAt > QUIET) this.#watched.logger.warn('host.delaying');
    this.#delayToldAt = now;
    return 'delayed';
  }
}
