/** Something that waits in a TimerQueue, in at most one at a time. */
export abstract class QueuedTimer {
  // Set from the start: what an object gets later, V8 keeps apart from it.
  bucket: Bucket | undefined = undefined;
  /** Its place in the bucket. */
  place = 0;
}

/** The timers of one millisecond, with holes where some were removed: nobody else has to be touched for one. */
interface Bucket {
  timers: (QueuedTimer | undefined)[];
  /** How many are left. */
  count: number;
  /** The first place that has not been looked at yet. */
  next: number;
}

/**
 * Timers in order of time, whole milliseconds at a time.
 *
 * A timer comes out in the first whole millisecond at or after its `at`: never early, less than 1 ms late.
 * Adding and removing cost the same for ten timers and for a million; only the first timer of a
 * millisecond pays for a place in the heap of milliseconds.
 */
export class TimerQueue {
  readonly #buckets = new Map<number, Bucket>();
  /** Binary min-heap of the milliseconds that have a bucket. */
  readonly #heap: number[] = [];

  add(timer: QueuedTimer, at: number): void {
    if (timer.bucket) this.remove(timer);
    const slot = Math.ceil(at);
    let bucket = this.#buckets.get(slot);
    if (!bucket) {
      bucket = { timers: [], count: 0, next: 0 };
      this.#buckets.set(slot, bucket);
      this.#push(slot);
    }
    timer.bucket = bucket;
    timer.place = bucket.timers.push(timer) - 1;
    bucket.count++;
  }

  remove(timer: QueuedTimer): void {
    const { bucket, place } = timer;
    if (!bucket) return;
    bucket.timers[place] = undefined;
    bucket.count--;
    timer.bucket = undefined;
  }

  /** The millisecond in which the next timer comes out. */
  next(): number | undefined {
    for (;;) {
      const slot = this.#heap[0];
      if (slot === undefined || this.#buckets.get(slot)?.count) return slot;
      this.#buckets.delete(slot);
      this.#pop();
    }
  }

  /** Takes out the next timer that is due by `now`. */
  take(now: number): QueuedTimer | undefined {
    const slot = this.next();
    const bucket = slot === undefined || slot > now ? undefined : this.#buckets.get(slot);
    if (!bucket) return undefined;
    let timer: QueuedTimer | undefined;
    while (!timer) timer = bucket.timers[bucket.next++];
    this.remove(timer);
    return timer;
  }

  #push(slot: number): void {
    const heap = this.#heap;
    let at = heap.push(slot) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as number;
      if (above <= slot) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = slot;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && (heap[child + 1] as number) < (heap[child] as number)) child++;
      if ((heap[child] as number) >= last) break;
      heap[at] = heap[child] as number;
      at = child;
    }
    heap[at] = last;
  }
}
