import { type Shown, shownOf } from './arrange.ts';
import { WatchedGroup } from './group.ts';
import type { WatchedRow } from './row.ts';
import type { TableState } from './view-state.ts';

/** Of very many rows, the order is made anew after so many times what making it took. */
const COST = 20;

/** Rows and groups in their order, which they keep until it is made anew, or another one is asked for. */
export class Arrangement {
  #shown: Shown = { rows: [], lines: [] };
  #keys: readonly string[] = [];
  #groups: ReadonlyMap<string, WatchedGroup> = new Map();
  #from: readonly WatchedRow[] = [];
  #asked: Asked | undefined;
  /** On the clock that only goes forward, ms. */
  #due = 0;

  get shown(): Shown {
    return this.#shown;
  }

  /** The lines' keys, in their order. */
  get keys(): readonly string[] {
    return this.#keys;
  }

  /** The groups among the lines, by their keys. */
  get groups(): ReadonlyMap<string, WatchedGroup> {
    return this.#groups;
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
    this.#shown = shownOf(rows, table);
    const { lines } = this.#shown;
    this.#keys = lines.map(({ key }) => key);
    this.#groups = new Map(lines.flatMap((line) => (line instanceof WatchedGroup ? [[line.key, line]] : [])));
    this.#asked = asked;
    this.#from = rows;
    const ended = performance.now();
    this.#due = ended + (ended - began) * COST;
  }
}

const askedOf = ({ sort, isDescending, filter, state, onlyTroubles, group, folding }: TableState) =>
  [sort, isDescending, filter, state, onlyTroubles, group, folding] as const;

type Asked = ReturnType<typeof askedOf>;
