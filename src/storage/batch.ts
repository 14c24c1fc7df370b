import { Facts } from '../history/facts.ts';
import type { EncodedResult, NewResult } from './store.ts';

/** How many results are stored together at most: enough to be cheap, few enough to let readers in. */
export const BATCH_SIZE = 4000;

/** Results that are stored together or not at all. */
export interface Batch {
  /** Who made it. With the number it tells a store a batch that it has already. */
  readonly writer: string;
  /** One more than that of the writer's batch before. */
  readonly number: number;
  readonly rows: EncodedResult[];
  /** What roll-ups take of the rows; whoever has the rows only, or not that of each, leaves it to the store to read them. */
  readonly facts?: Facts;
}

/** Results that wait to be written, the oldest first, in batches of at most so many. */
export class Backlog {
  readonly #writer: string;
  readonly #batchSize: number;
  /** All but the last are sealed. */
  readonly #batches: Batch[] = [];
  /** Whether the last takes more results. */
  #open = false;
  #number = 0;
  #size = 0;

  constructor(writer: string, batchSize: number) {
    this.#writer = writer;
    this.#batchSize = batchSize;
  }

  /** How many results wait. */
  get size(): number {
    return this.#size;
  }

  /** Whether there is a batch that would not get larger by waiting. */
  get hasFullBatch(): boolean {
    return (this.#batches[0]?.rows.length ?? 0) >= this.#batchSize;
  }

  /** `result`: what the row says, where it is still known. */
  add(row: EncodedResult, result?: NewResult): void {
    let last = this.#open ? this.#batches.at(-1) : undefined;
    if (!last) {
      last = { writer: this.#writer, number: ++this.#number, rows: [], facts: new Facts() };
      this.#batches.push(last);
    }
    if (result) last.facts?.add(result);
    this.#open = last.rows.push(row) < this.#batchSize;
    this.#size++;
  }

  /** The oldest batch. It stays as it is from now on, and the oldest until it is removed. */
  first(): Batch | undefined {
    if (this.#batches.length === 1) this.#open = false;
    return this.#batches[0];
  }

  /** Removes the oldest batch; or, where that is to be kept, the one after it. Returns how many results it had. */
  remove({ keepFirst = false } = {}): number {
    const index = keepFirst ? 1 : 0;
    if (index === this.#batches.length - 1) this.#open = false;
    const [removed] = this.#batches.splice(index, 1);
    const count = removed?.rows.length ?? 0;
    this.#size -= count;
    return count;
  }
}
