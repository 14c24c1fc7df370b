import { signal } from '@preact/signals';
import { request } from '../api/client.ts';
import type { Day } from './arrange.ts';

/** So many destinations are asked for at once. */
const MOST = 200;

/** How long figures of a day are good for, ms. */
const GOOD_FOR = 300_000;

/** Nothing is asked for before the list has been still for so long, ms. */
const GATHER = 200;

/** Loss and the 95th percentile of the last 24 hours, asked for where they are seen. */
export class DayFigures {
  readonly #known = new Map<number, { at: number; day: Day; version: ReturnType<typeof signal<number>> }>();
  /** Counts up when more is known. */
  readonly news = signal(0);
  #wanted: Set<number> = new Set();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking = false;

  /** What is known; who draws it draws it again when it is known better. */
  of(id: number): Day | undefined {
    const known = this.#own(id);
    void known.version.value;
    return known.at > 0 ? known.day : undefined;
  }

  peek(id: number): Day | undefined {
    const known = this.#known.get(id);
    return known && known.at > 0 ? known.day : undefined;
  }

  /** Asks for those that are not known, or not any more; what was wanted before is not any longer. */
  want(ids: Iterable<number>): void {
    const old = Date.now() - GOOD_FOR;
    this.#wanted = new Set();
    for (const id of ids) if (this.#own(id).at < old) this.#wanted.add(id);
    clearTimeout(this.#timer);
    if (this.#wanted.size > 0) this.#timer = setTimeout(() => void this.#ask(), GATHER);
  }

  async #ask(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    while (this.#wanted.size > 0) {
      const ids = [...this.#wanted].slice(0, MOST);
      for (const id of ids) this.#wanted.delete(id);
      const found = await request<{
        statistics: { destination_id: number | null; loss: number | null; p95: number | null }[];
      }>(`/statistics?since=24h&destination=${ids.join()}`).catch(() => undefined);
      if (!found) break;
      const days = new Map(
        found.statistics.map(({ destination_id, loss, p95 }) => [destination_id, { loss, p95 }]),
      );
      for (const id of ids) {
        const own = this.#own(id);
        own.at = Date.now();
        own.day = days.get(id) ?? { loss: null, p95: null };
        own.version.value = own.at;
      }
      this.news.value++;
    }
    this.#asking = false;
  }

  #own(id: number) {
    let own = this.#known.get(id);
    if (!own) {
      own = { at: 0, day: { loss: null, p95: null }, version: signal(0) };
      this.#known.set(id, own);
    }
    return own;
  }
}
