import type { DatabaseAccess } from '../storage/database-access.ts';
import { DatabaseError } from '../storage/store.ts';
import { DestinationsFeed } from './destinations-feed.ts';
import { ResultsFeed } from './results-feed.ts';
import { SourcesFeed } from './sources-feed.ts';
import { safe } from './text.ts';
import { Watched } from './watched.ts';

/** Who waits for longer than this wants to know for what, ms. */
const PATIENCE = 3000;

export interface ReaderOptions {
  access: Pick<DatabaseAccess, 'read' | 'name'>;
  /** The only source that is wanted, by its name; all unless given. */
  source?: string | undefined;
}

/** Keeps what is watched as the database has it. */
export class Reader {
  readonly watched = new Watched();
  readonly #access: ReaderOptions['access'];
  readonly #sources: SourcesFeed;
  readonly #destinations = new DestinationsFeed(this.watched);
  readonly #results: ResultsFeed;
  #failure: string | undefined;
  /** When the reading began that is under way, on the clock that only goes forward, ms. */
  #began: number | undefined;
  #last: Promise<void> = Promise.resolve();

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

  /** Takes the news that there are by now, after what is being read. A database that is away is told of, and not more than that. */
  read(): Promise<void> {
    const read = this.#last.then(() => this.#read());
    this.#last = read.catch(() => undefined);
    return read;
  }

  async #read(): Promise<void> {
    this.#began = performance.now();
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
    } finally {
      this.#began = undefined;
    }
  }

  /** What is wrong: the database is away, or no monitor runs. */
  get problem(): string | undefined {
    if (this.#failure !== undefined) return `trying again: ${this.#failure}`;
    const waited = this.#began === undefined ? 0 : performance.now() - this.#began;
    if (waited > PATIENCE)
      return `database ${safe(this.#access.name)}: no answer for ${Math.floor(waited / 1000)} s`;
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
