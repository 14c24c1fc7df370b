import type { Batch } from '../storage/batch.ts';
import { Spill } from '../storage/spill.ts';

/** A spill on a real disk that takes no time, as the simulation sees it: time stands still while something is asked of it. */
export class SimulatedSpill extends Spill {
  #pending = 0;

  /** Whether there is something to be waited for before time goes on. */
  get busy(): boolean {
    return this.#pending > 0;
  }

  override open(source: string): Promise<void> {
    return this.#watch(super.open(source));
  }

  override append(batch: Batch, options?: { uncertain: boolean }): Promise<number> {
    return this.#watch(super.append(batch, options));
  }

  override first(): Promise<Batch | undefined> {
    return this.#watch(super.first());
  }

  override dropFirst(): Promise<void> {
    return this.#watch(super.dropFirst());
  }

  override close(): Promise<void> {
    return this.#watch(super.close());
  }

  #watch<Answer>(answer: Promise<Answer>): Promise<Answer> {
    this.#pending++;
    // Whoever asked has been told by then, and has asked what that makes him ask.
    const answered = () => void setImmediate(() => this.#pending--);
    answer.then(answered, answered);
    return answer;
  }
}
