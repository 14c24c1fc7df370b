import { ChanceProcess, GilbertElliottProcess } from './chance.ts';
import { JitterProcess } from './distribution.ts';
import { type Impairments, isGilbertElliott, UNIMPAIRED } from './impairments.ts';
import { lengthOf, type Packet } from './packet.ts';
import type { RandomSource, RandomStream } from './random.ts';
import { SECOND } from './scheduler.ts';

/** A packet and when it comes out of a pipe, ns. */
export interface Arrival {
  packet: Packet;
  at: number;
}

/** One direction of a link: a packet in, and what comes out of it, when. */
export class Pipe {
  #impairments: Impairments = UNIMPAIRED;
  /** Whether every packet comes out as it is, once or not at all. */
  isPlain = true;
  readonly #loss: ChanceProcess;
  readonly #bursts: GilbertElliottProcess;
  readonly #duplicate: ChanceProcess;
  readonly #corrupt: ChanceProcess;
  readonly #bit: RandomStream;
  readonly #reorder: ChanceProcess;
  readonly #jitter: JitterProcess;
  /** Packets since the last one that overtook others. */
  #inOrder = 0;
  /** When the packets that wait for the rate, or are being sent, have left; ns. The first of them is at `#left`. */
  #departures: number[] = [];
  #left = 0;

  /** Each impairment has numbers of its own, so that changing one changes no other. */
  constructor(random: RandomSource) {
    this.#loss = new ChanceProcess(random('loss'));
    this.#bursts = new GilbertElliottProcess(random('gemodel'));
    this.#duplicate = new ChanceProcess(random('duplicate'));
    this.#corrupt = new ChanceProcess(random('corrupt'));
    this.#bit = random('bit');
    this.#reorder = new ChanceProcess(random('reorder'));
    this.#jitter = new JitterProcess(random('jitter'));
  }

  get impairments(): Impairments {
    return this.#impairments;
  }

  set impairments(impairments: Impairments) {
    this.#impairments = impairments;
    this.isPlain = impairments.duplicate.probability === 0 && impairments.corrupt.probability === 0;
  }

  /** Of a plain pipe: when a packet comes out that comes in now, ns; undefined where it is lost. As `transmit`, but cheaper. */
  pass(packet: Packet, now: number): number | undefined {
    if (this.#loses()) return undefined;
    const departure = this.#depart(packet, now);
    return departure === undefined ? undefined : departure + this.#delay();
  }

  /** What becomes of a packet that comes in now (ns). The order of netem: duplicated, lost, corrupted, queued, delayed. */
  transmit(packet: Packet, now: number): Arrival[] {
    const { duplicate, corrupt } = this.impairments;
    let copies = this.#duplicate.happens(duplicate) ? 2 : 1;
    if (this.#loses()) copies--;
    const arrivals: Arrival[] = [];
    for (let copy = 0; copy < copies; copy++) {
      // The last one is the packet itself: what happens to one copy happens to no other.
      const sent = copy === copies - 1 ? packet : { ...packet };
      if (this.#corrupt.happens(corrupt)) sent.payload = this.#damaged(sent.payload);
      const departure = this.#depart(sent, now);
      if (departure !== undefined) arrivals.push({ packet: sent, at: departure + this.#delay() });
    }
    return arrivals;
  }

  #loses(): boolean {
    const { loss } = this.impairments;
    return isGilbertElliott(loss) ? this.#bursts.loses(loss) : this.#loss.happens(loss);
  }

  #damaged(payload: Buffer): Buffer {
    if (payload.length === 0) return payload;
    const damaged = Buffer.from(payload);
    const bit = this.#bit.below(payload.length * 8);
    damaged[bit >> 3] = (damaged[bit >> 3] as number) ^ (1 << (bit & 7));
    return damaged;
  }

  /** When the packet has left, ns; undefined where there is no room for it to wait. */
  #depart(packet: Packet, now: number): number | undefined {
    const { rate, limit } = this.impairments;
    if (rate === 0) return now;
    while (this.#left < this.#departures.length && (this.#departures[this.#left] as number) <= now)
      this.#left++;
    if (this.#left > MOST_GONE) {
      this.#departures = this.#departures.slice(this.#left);
      this.#left = 0;
    }
    // The first of them is no longer waiting: it is being sent.
    const waiting = this.#departures.length - this.#left - 1;
    if (waiting >= limit) return undefined;
    const free = Math.max(now, this.#departures.at(-1) ?? 0);
    const departure = free + Math.round((lengthOf(packet) * 8 * SECOND) / rate);
    this.#departures.push(departure);
    return departure;
  }

  #delay(): number {
    const { delay, jitter, distribution, correlation, reorder } = this.impairments;
    this.#inOrder++;
    if (reorder.probability > 0 && this.#inOrder >= reorder.gap && this.#reorder.happens(reorder)) {
      this.#inOrder = 0;
      return 0;
    }
    if (jitter === 0) return delay;
    return Math.max(0, Math.round(delay + jitter * this.#jitter.next(distribution, correlation)));
  }
}

/** So many departures that are over are kept until they are thrown away together. */
const MOST_GONE = 1024;
