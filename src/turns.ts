import { setImmediate as nextTurn } from 'node:timers/promises';

/** So long is worked before something else has its turn, ms. */
const SLICE = 3;

/** Cuts long work into slices, so that it holds up neither probes nor answers. */
export class Turns {
  #began = performance.now();

  /** Whether it is time to let others go first. */
  get isOver(): boolean {
    return performance.now() - this.#began >= SLICE;
  }

  /** Resolves when the others have had their turn. */
  async next(): Promise<void> {
    await nextTurn();
    this.#began = performance.now();
  }
}
