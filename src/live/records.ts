/** So many probes are what is recent. */
export const RECENT = 60;

/** What a record has, in words of 8 bytes: moments as whole ns since the Unix epoch, everything else as doubles. */
export const RTIME = 0;
export const ANSWERED = 1;
export const RTT = 2;
export const OUTCOME = 3;
export const COUNT = 4;
export const RECEIVED = 5;
export const LOST = 6;
export const LOST_IN_A_ROW = 7;
/** Of these, every word has two: a ring of single precision. */
const RING = 8;
const WORDS = RING + RECENT / 2;

/** So many destinations there is room for at first, and so many times as many whenever that is not enough. */
const ROOM = 8;
const GROWTH = 1.25;

/**
 * What changes with each result, of many destinations in one piece of memory, 304 bytes each. What a result brings would otherwise stay
 * on the heap until the next one comes, where the garbage collector copies it twice and marks it: that cost more than all else here.
 */
export class LiveRecords {
  doubles = new Float64Array(0);
  moments = new BigInt64Array(0);
  rings = new Float32Array(0);
  /** Where those were that are gone. */
  readonly #free: number[] = [];
  #used = 0;

  /** Where there is a record for one more, in words; its numbers are zero. */
  allot(): number {
    const at = this.#free.pop() ?? this.#used++ * WORDS;
    if (at >= this.doubles.length) this.#grow();
    this.clear(at);
    return at;
  }

  /** Nobody may use the record any more. */
  release(at: number): void {
    this.#free.push(at);
  }

  clear(at: number): void {
    this.doubles.fill(0, at, at + WORDS);
  }

  /** Where a record's ring begins, in single precision. */
  ring(at: number): number {
    return 2 * (at + RING);
  }

  #grow(): void {
    const records = this.doubles.length / WORDS;
    const memory = new ArrayBuffer(8 * WORDS * Math.max(ROOM, Math.ceil(GROWTH * records)));
    new Float64Array(memory).set(this.doubles);
    this.doubles = new Float64Array(memory);
    this.moments = new BigInt64Array(memory);
    this.rings = new Float32Array(memory);
  }
}
