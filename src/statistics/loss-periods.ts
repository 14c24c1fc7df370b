import { areConsecutive, UNKNOWN } from './sequence.ts';
import type { ByteReader, ByteWriter } from './varint.ts';

/** Loss periods, RFC 3357: longest possible runs of lost probes with consecutive sequences. Lengths in probes. */
export class LossPeriods {
  periods = 0;
  longest = 0;
  /** The first and the last one may go on in what comes before or after. */
  #firstSequence = UNKNOWN;
  #firstLength = 0;
  #lastSequence = UNKNOWN;
  #lastLength = 0;

  /** A probe that was lost. */
  add(sequence: number): void {
    this.#append(sequence, 1);
    this.#lastSequence = sequence;
  }

  /** Takes what was lost after everything here; `joined`: the first period there may go on from the last one here. */
  merge(later: LossPeriods, joined: boolean): void {
    if (later.periods === 0) return;
    if (!joined) this.#lastSequence = UNKNOWN;
    this.#append(later.#firstSequence, later.#firstLength);
    this.#lastSequence = later.#lastSequence;
    this.periods += later.periods - 1;
    this.longest = Math.max(this.longest, later.longest);
    if (later.periods > 1) this.#lastLength = later.#lastLength;
  }

  /** A run of this length, which begins with this sequence. */
  #append(sequence: number, length: number): void {
    if (this.periods > 0 && areConsecutive(this.#lastSequence, sequence)) this.#lastLength += length;
    else {
      this.periods++;
      this.#lastLength = length;
      if (this.periods === 1) this.#firstSequence = sequence;
    }
    if (this.periods === 1) this.#firstLength = this.#lastLength;
    if (this.#lastLength > this.longest) this.longest = this.#lastLength;
  }

  /** Writes the first and the last period. */
  writeBorder(writer: ByteWriter): void {
    if (this.periods === 0) return;
    writer.varint(this.#firstSequence - UNKNOWN);
    writer.varint(this.#lastSequence - UNKNOWN);
    writer.varint(this.#firstLength);
    if (this.periods > 1) writer.varint(this.#lastLength);
  }

  /** Reads what `writeBorder` has written of so many periods. Throws RangeError. */
  readBorder(reader: ByteReader, periods: number): void {
    this.periods = periods;
    if (periods === 0) return;
    this.#firstSequence = reader.varint() + UNKNOWN;
    this.#lastSequence = reader.varint() + UNKNOWN;
    this.#firstLength = reader.varint();
    this.#lastLength = periods > 1 ? reader.varint() : this.#firstLength;
  }
}
