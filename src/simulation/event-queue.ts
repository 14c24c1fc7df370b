/** Something that happens at a moment, in an EventQueue. */
export interface QueuedEvent {
  readonly at: number;
  /** Those of one moment happen in the order in which they came. */
  readonly order: number;
  /** Undefined once it has been cancelled. */
  callback: (() => void) | undefined;
}

/** Events in the order of their times: a binary heap. A cancelled one stays until its time comes. */
export class EventQueue {
  readonly #heap: QueuedEvent[] = [];
  #count = 0;

  add(at: number, callback: () => void): QueuedEvent {
    const event: QueuedEvent = { at, order: this.#count++, callback };
    const heap = this.#heap;
    let place = heap.push(event) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = heap[parent] as QueuedEvent;
      if (isBefore(above, event)) break;
      heap[place] = above;
      place = parent;
    }
    heap[place] = event;
    return event;
  }

  /** The next event that has not been cancelled. */
  peek(): QueuedEvent | undefined {
    while (this.#heap[0] && !this.#heap[0].callback) this.#removeFirst();
    return this.#heap[0];
  }

  /** Takes out the next event. */
  take(): QueuedEvent | undefined {
    const first = this.peek();
    if (first) this.#removeFirst();
    return first;
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop() as QueuedEvent;
    if (heap.length === 0) return;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as QueuedEvent, heap[child] as QueuedEvent))
        child++;
      const below = heap[child] as QueuedEvent;
      if (isBefore(last, below)) break;
      heap[place] = below;
      place = child;
    }
    heap[place] = last;
  }
}

const isBefore = (a: QueuedEvent, b: QueuedEvent): boolean =>
  a.at < b.at || (a.at === b.at && a.order < b.order);
