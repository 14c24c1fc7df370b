import type { DatabaseAccess } from '../storage/database-access.ts';
import { DatabaseError } from '../storage/store.ts';
import { type DetailQuery, readDetail } from './detail-reader.ts';
import type { DetailData } from './detail-view.ts';
import { SPANS } from './view-state.ts';

export interface DetailFeedOptions {
  access: Pick<DatabaseAccess, 'read'>;
  /** What is wanted at the moment, if anything is. */
  wanted: () => Omit<DetailQuery, 'now'> | undefined;
  /** There is something new to be shown. */
  onRead: () => void;
}

/** A detail is read again after this time, ms; after this part of its span; and not sooner than so many times what reading took. */
const SHORTEST = 1000;
const REREAD_SPAN = 1 / 300;
const REREAD_COST = 10;

/** Reads the detail that is shown, and reads it again when it is old. */
export class DetailFeed {
  readonly #options: DetailFeedOptions;
  /** The newest that has been read, whatever is wanted by now. */
  data: DetailData | undefined;
  #due = 0;
  #isReading = false;

  constructor(options: DetailFeedOptions) {
    this.#options = options;
  }

  /** Reads what is wanted, unless it is known well enough, or another one is being read. */
  read(): void {
    const { wanted, onRead } = this.#options;
    const query = wanted();
    if (!query || this.#isReading) return;
    const { row, span } = query;
    const isKnown = this.data?.row === row.key && this.data.span === span;
    if (isKnown && performance.now() < this.#due) return;
    this.#isReading = true;
    void this.#fetch(query).finally(() => {
      this.#isReading = false;
      onRead();
      // Somebody may have gone on meanwhile.
      const next = wanted();
      if (next && (next.row.key !== row.key || next.span !== span)) this.read();
    });
  }

  async #fetch(query: Omit<DetailQuery, 'now'>): Promise<void> {
    const began = performance.now();
    try {
      this.data = await this.#options.access.read((dataSource) =>
        readDetail(dataSource, { ...query, now: Date.now() }),
      );
    } catch (error) {
      // The reader of results says so.
      if (!(error instanceof DatabaseError)) throw error;
    }
    const [, length] = SPANS[query.span] ?? SPANS[0];
    const ended = performance.now();
    this.#due = ended + Math.max(SHORTEST, length * REREAD_SPAN, (ended - began) * REREAD_COST);
  }
}
