import type { Channel } from './channel.ts';
import type { Gathered } from './outbox.ts';

/** When nothing has been added for so long, ms, nothing more is waited for. */
const QUIET = 1000;

/** When there was a message of each rule last, to one channel. Times in ms. */
export class Groups {
  readonly #claimedAt = new Map<number, number>();

  /**
   * How long it is until what a rule has to tell becomes a message; 0: it is time. `wall`: since the Unix epoch, as `gathered` has it;
   * `now`: monotonic. What seems to come from the future, since a clock was set back, is not waited for.
   */
  pause(
    { groupWait, groupInterval }: Pick<Channel, 'groupWait' | 'groupInterval'>,
    { rule_id, first, last }: Gathered,
    { wall, now }: { wall: number; now: number },
  ): number {
    const waited = Math.min(first + groupWait, last + QUIET) - wall;
    const since = now - (this.#claimedAt.get(rule_id) ?? Number.NEGATIVE_INFINITY);
    return Math.max(0, waited > groupWait ? 0 : waited, groupInterval - since);
  }

  /** There is one now, ms, monotonic. */
  claimed(ruleId: number, now: number): void {
    this.#claimedAt.set(ruleId, now);
  }
}
