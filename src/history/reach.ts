import type { ResultIds } from './open-rollups.ts';
import type { RawResult } from './raw-results.ts';
import type { Queries } from './rollup-table.ts';

/** A source and a destination that have roll-ups. */
export interface Pair {
  source_id: number;
  destination_id: number;
}

/** The row of `rollup_progress` that is no source's: results up to it were there before there were roll-ups. */
export const BEFORE_ROLLUPS = 0;

/** What of a source's results is in roll-ups. */
interface Progress {
  /** Everything up to this id. */
  through: number;
  /** The source's newest result. */
  newest: number;
}

type Numeric = number | string;

/** How far the roll-ups of a database reach, at one moment. */
export class Reach {
  /** In the order of destinations, then sources. */
  readonly pairs: readonly Pair[];
  readonly #positions = new Map<string, number>();
  readonly #progress: ReadonlyMap<number, Progress>;

  private constructor(
    pairs: readonly (Pair & { position: number })[],
    progress: ReadonlyMap<number, Progress>,
  ) {
    this.pairs = pairs;
    this.#progress = progress;
    for (const { source_id, destination_id, position } of pairs)
      this.#positions.set(nameOf(source_id, destination_id), position);
  }

  /** `destinations`: whose pairs are asked for; all unless given. */
  static async read(queries: Queries, destinations?: readonly (number | null)[]): Promise<Reach> {
    const ids = destinations?.filter((id) => id !== null).map(Number);
    const some = ids ? `WHERE destination_id IN (${ids.length > 0 ? ids : 'NULL'})` : '';
    const pairs = await queries.query<(Pair & { result_id: Numeric })[]>(
      `SELECT source_id, destination_id, result_id FROM rollup_positions ${some} ORDER BY destination_id, source_id`,
    );
    const progress = await queries.query<{ source_id: number; result_id: Numeric; newest: Numeric }[]>(
      'SELECT source_id, result_id, newest FROM rollup_progress',
    );
    return new Reach(
      pairs.map(({ result_id, ...pair }) => ({ ...pair, position: Number(result_id) })),
      new Map(
        progress.map((row) => [
          row.source_id,
          { through: Number(row.result_id), newest: Number(row.newest) },
        ]),
      ),
    );
  }

  /** Whether a result is in the roll-ups. */
  covers({ id, source_id, destination_id }: Pick<RawResult, 'id' | 'source_id' | 'destination_id'>): boolean {
    if (source_id === null || destination_id === null) return false;
    return id <= (this.#positions.get(nameOf(source_id, destination_id)) ?? 0);
  }

  /** Whether a result's source has ever stored anything since there are roll-ups. */
  knows({ source_id, destination_id }: Pick<RawResult, 'source_id' | 'destination_id'>): boolean {
    return source_id !== null && destination_id !== null && this.#progress.has(source_id);
  }

  /** Where results are that are not in the roll-ups of a source that keeps them. */
  get tail(): ResultIds[] {
    return [...this.#progress]
      .filter(([source, { through, newest }]) => source !== BEFORE_ROLLUPS && newest > through)
      .map(([, { through, newest }]) => ({ first: through + 1, last: newest }));
  }

  /** Where results of nobody who keeps roll-ups may be; undefined where that is anywhere. */
  get unrolled(): ResultIds[] | undefined {
    if (this.#progress.size === 0) return undefined;
    const before = this.#progress.get(BEFORE_ROLLUPS);
    return before ? [{ first: 1, last: before.newest }] : [];
  }
}

const nameOf = (source: number, destination: number): string => `${source} ${destination}`;
