import { createHash } from 'node:crypto';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** Numbers that look random; the same seed gives the same ones on every machine. */
export class RandomStream {
  readonly #generator;

  /** Streams with different names have nothing to do with each other. */
  constructor(seed: number, name: string) {
    const digest = createHash('sha256').update(`${seed} ${name}`).digest();
    this.#generator = xoroshiro128plusFromState([0, 4, 8, 12].map((at) => digest.readInt32BE(at)));
  }

  /** A whole number of 32 bits. */
  uint32(): number {
    return this.#generator.next() >>> 0;
  }

  /** A number between 0 and 1, neither of which it is. */
  uniform(): number {
    return (this.uint32() + 0.5) / 2 ** 32;
  }

  /** A whole number from 0 to below `limit`, which is 2^32 at most. */
  below(limit: number): number {
    return Math.floor(this.uniform() * limit);
  }
}

/** Makes the streams of one seed, by their names. */
export type RandomSource = (name: string) => RandomStream;
