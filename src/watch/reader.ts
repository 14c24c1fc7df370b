import type { DatabaseAccess } from '../storage/database-access.ts';
import { DatabaseError } from '../storage/store.ts';
import { DestinationsFeed } from './destinations-feed.ts';
import { ResultsFeed } from './results-feed.ts';
import { SourcesFeed } from './sources-feed.ts';
import { safe } from './text.ts';
import { Watched } from './watched.ts';

export interface ReaderOptions {
  access: Pick<DatabaseAccess, 'read'>;
  /** The only source that is wanted, by its name; all unless given. */
  source?: string | undefined;
}

/** Keeps what is watched as the database has it. */
export class Reader {
  readonly watched = new Watched();
  readonly #access: Pick<DatabaseAccess, 'read'>;
  readonly #sources: SourcesFeed;
  readonly #destinations = new DestinationsFeed(this.watched);
  readonly #results: ResultsFeed;
  #failure: string | undefined;

  constructor({ access, source }: ReaderOptions) {
    const now = () => performance.now();
    this.#access = access;
    this.#sources = new SourcesFeed({ watched: this.watched, wanted: source, now, wall: Date.now });
    this.#results = new ResultsFeed({ watched: this.watched, random: Math.random, now });
  }

  /** Throws DatabaseError, and CommandFailure where there is no such source. */
  async begin(): Promise<void> {
    await this.#access.read(async (dataSource) => {
      await this.#sources.read(dataSource);
      await this.#destinations.read(dataSource);
      await this.#results.begin(dataSource);
    });
  }

  /** Takes the news. A database that is away is told of, and not more than that. */
  async read(): Promise<void> {
    try {
      await this.#access.read(async (dataSource) => {
        await this.#sources.read(dataSource);
        await this.#destinations.read(dataSource);
        await this.#results.read(dataSource);
      });
      this.#failure = undefined;
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      this.#failure = safe(error.message);
    }
  }

  /** What is wrong: the database is away, or no monitor runs. */
  get problem(): string | undefined {
    if (this.#failure !== undefined) return `trying again: ${this.#failure}`;
    const { silence } = this.#sources;
    return silence?.isAll ? silence.text : undefined;
  }

  /** What is worth a remark: a monitor of several is silent, or not every result is read. */
  get remark(): string | undefined {
    const { silence } = this.#sources;
    if (silence && !silence.isAll) return silence.text;
    const { share } = this.#results;
    return share < 1
      ? `reading ${Math.max(1, Math.round(share * 100))}% of the results, to keep up`
      : undefined;
  }
}
