import { arranged } from './arrange.ts';
import type { WatchedRow } from './row.ts';
import type { TableState } from './view-state.ts';

/** Of very many rows, the order is made anew after so many times what making it took. */
const COST = 20;

/** Rows in their order, which they keep until it is made anew, or another one is asked for. */
export class Arrangement {
  #rows: readonly WatchedRow[] = [];
  #keys: readonly string[] = [];
  #from: readonly WatchedRow[] = [];
  #asked: Asked | undefined;
  /** On the clock that only goes forward, ms. */
  #due = 0;

  get rows(): readonly WatchedRow[] {
    return this.#rows;
  }

  /** The rows' keys. */
  get keys(): readonly string[] {
    return this.#keys;
  }

  /** What has become of the rows since may put them into another order, when that is due. */
  expire(): void {
    if (performance.now() >= this.#due) this.#asked = undefined;
  }

  /** Arranges `rows` as the table is asked for, if they are not arranged so already. */
  arrange(rows: readonly WatchedRow[], table: TableState): void {
    const asked = askedOf(table);
    if (rows === this.#from && this.#asked?.every((value, index) => value === asked[index])) return;
    const began = performance.now();
    this.#rows = arranged(rows, table);
    this.#keys = this.#rows.map(({ key }) => key);
    this.#asked = asked;
    this.#from = rows;
    const ended = performance.now();
    this.#due = ended + (ended - began) * COST;
  }
}

const askedOf = ({ sort, isDescending, filter, state, onlyTroubles }: TableState) =>
  [sort, isDescending, filter, state, onlyTroubles] as const;

type Asked = ReturnType<typeof askedOf>;
