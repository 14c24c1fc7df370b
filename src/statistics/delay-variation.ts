import { areConsecutive, UNKNOWN } from './sequence.ts';
import type { ByteReader, ByteWriter } from './varint.ts';

/**
 * Variation of the round-trip time, ms, from one probe to the next: the absolute IPDV of RFC 3393, whose selection
 * function here takes pairs that were received one after the other and whose sequences are consecutive.
 */
export class DelayVariation {
  /** How many such pairs there are. */
  pairs = 0;
  /** Of all pairs. */
  sum = 0;
  max = 0;
  /** Probes received; the first and the last of them may be half of a pair with what comes before or after. */
  #received = 0;
  #firstSequence = UNKNOWN;
  #firstRtt = 0;
  #lastSequence = UNKNOWN;
  #lastRtt = 0;

  /** A probe that was received. */
  add(sequence: number, rtt: number): void {
    if (this.#received === 0) {
      this.#firstSequence = sequence;
      this.#firstRtt = rtt;
    } else if (areConsecutive(this.#lastSequence, sequence)) this.#addPair(Math.abs(rtt - this.#lastRtt));
    this.#received++;
    this.#lastSequence = sequence;
    this.#lastRtt = rtt;
  }

  /** Takes what was received after everything here; `joined`: the last one here and the first one there may be a pair. */
  merge(later: DelayVariation, joined: boolean): void {
    if (later.#received === 0) return;
    if (this.#received === 0) {
      this.#firstSequence = later.#firstSequence;
      this.#firstRtt = later.#firstRtt;
    } else if (joined && areConsecutive(this.#lastSequence, later.#firstSequence))
      this.#addPair(Math.abs(later.#firstRtt - this.#lastRtt));
    this.pairs += later.pairs;
    this.sum += later.sum;
    this.max = Math.max(this.max, later.max);
    this.#received += later.#received;
    this.#lastSequence = later.#lastSequence;
    this.#lastRtt = later.#lastRtt;
  }

  #addPair(variation: number): void {
    this.pairs++;
    this.sum += variation;
    if (variation > this.max) this.max = variation;
  }

  /** Writes the first and the last probe received. */
  writeBorder(writer: ByteWriter): void {
    if (this.#received === 0) return;
    writer.varint(this.#firstSequence - UNKNOWN);
    writer.double(this.#firstRtt);
    if (this.#received === 1) return;
    writer.varint(this.#lastSequence - UNKNOWN);
    writer.double(this.#lastRtt);
  }

  /** Reads what `writeBorder` has written of so many received. Throws RangeError. */
  readBorder(reader: ByteReader, received: number): void {
    this.#received = received;
    if (received === 0) return;
    this.#firstSequence = reader.varint() + UNKNOWN;
    this.#firstRtt = reader.double();
    this.#lastSequence = received === 1 ? this.#firstSequence : reader.varint() + UNKNOWN;
    this.#lastRtt = received === 1 ? this.#firstRtt : reader.double();
  }
}
