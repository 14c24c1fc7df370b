import pg from 'pg';
import type { Source } from '../../entities/source.ts';
import { DatabaseError } from '../store.ts';
import { connectionOptions, settingsOf } from './connection.ts';
import { databaseError } from './errors.ts';

/** What the trigger of destinations notifies. */
const CHANNEL = 'pinger_destinations';

/** From a lost connection to the next try, ms. */
const RETRY_DELAY = 1000;

/** Names the lock on a source; the schema tells those of several databases within one apart. */
const HOLD = "pg_try_advisory_lock(hashtext('pinger.source.' || current_schema()), $1)";

export interface ListenerOptions {
  url: string;
  /** The database's, as people are told. */
  name: string;
  /** How the server's sessions of this process are called, and no others. */
  application: string;
  /**
   * How long the server may take to answer, ms. Twice in this time it is asked whether it is still there, and edits are looked for
   * although none has been heard of.
   */
  answerTimeout: number;
}

/**
 * A connection that hears of edits at once, and whose life is the hold on a source: the server lets go of it when the connection
 * ends, however the process did. A lost one is made again; whatever was to be heard meanwhile counts as heard.
 */
export class Listener {
  readonly #options: ListenerOptions;
  #client: pg.Client | undefined;
  #source: Source | undefined;
  #rival: DatabaseError | undefined;
  #heard = true;
  #waiting: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  /** Rejects with the driver's error. */
  async open(): Promise<void> {
    const { url, application, answerTimeout } = this.#options;
    const client = new pg.Client({
      ...connectionOptions(url, { answerTimeout }),
      application_name: application,
    });
    client.on('error', () => this.#lose(client));
    client.on('end', () => this.#lose(client));
    client.on('notification', () => this.#hear());
    try {
      await client.connect();
      // No transaction of its own lasts, and so only answers are limited.
      await client.query(settingsOf({ lockTimeout: answerTimeout, answerTimeout }));
      await client.query(`LISTEN ${CHANNEL}`);
      this.#client = client;
      if (this.#source) await this.#takeHold(this.#source);
    } catch (error) {
      this.#client = undefined;
      client.end().catch(() => undefined);
      throw error;
    }
    if (this.#closed) await this.close();
    else this.#timer = setTimeout(() => void this.#ask(client), this.#options.answerTimeout / 2);
    this.#hear();
  }

  async hold(source: Source): Promise<void> {
    if (this.#source?.id === source.id) return;
    if (!this.#client)
      throw new DatabaseError(`database ${this.#options.name}: the server cannot be reached`, true);
    await this.#takeHold(source);
    if (this.#rival) throw this.#rival;
    this.#source = source;
  }

  /** Resolves when edits are to be looked for: at once where there may have been some, or where none would be heard of. */
  async news(): Promise<void> {
    if (!this.#heard && this.#client)
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    this.#heard = false;
  }

  /** The source's other process, where the hold on it was lost to one. */
  get rival(): DatabaseError | undefined {
    return this.#rival;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    const client = this.#client;
    this.#client = undefined;
    this.#hear();
    await client?.end().catch(() => undefined);
  }

  #hear(): void {
    this.#heard = true;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Finds out whether the connection lives, and lets whoever waits look for edits himself. */
  async #ask(client: pg.Client): Promise<void> {
    try {
      if (this.#rival && this.#source) await this.#takeHold(this.#source);
      else await client.query('SELECT');
    } catch {
      return this.#lose(client);
    }
    if (client !== this.#client) return;
    this.#hear();
    this.#timer = setTimeout(() => void this.#ask(client), this.#options.answerTimeout / 2);
  }

  #lose(client: pg.Client): void {
    if (client !== this.#client) return;
    this.#client = undefined;
    clearTimeout(this.#timer);
    client.end().catch(() => undefined);
    this.#hear();
    this.#reopen();
  }

  #reopen(): void {
    this.#timer = setTimeout(() => {
      if (!this.#closed) this.open().catch(() => this.#reopen());
    }, RETRY_DELAY);
  }

  /** Takes the hold where it can be had; where not, there is a rival. */
  async #takeHold({ id, name }: Source): Promise<void> {
    if (await this.#tryHold(id)) {
      this.#rival = undefined;
      return;
    }
    // The server may not have noticed yet that the connection before this one is gone.
    await this.#query(
      'SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity WHERE application_name = $1 AND pid <> pg_backend_pid()',
      [this.#options.application],
    );
    this.#rival = (await this.#tryHold(id))
      ? undefined
      : new DatabaseError(
          `database ${this.#options.name}: another pinger runs as source ${name}; give this one a name of its own (--source)`,
          false,
        );
  }

  async #tryHold(id: number): Promise<boolean> {
    const [row] = await this.#query(`SELECT ${HOLD} AS held`, [id]);
    return row?.held === true;
  }

  async #query(sql: string, parameters: unknown[]): Promise<Record<string, unknown>[]> {
    try {
      return (await this.#client?.query(sql, parameters))?.rows ?? [];
    } catch (error) {
      throw databaseError(error, this.#options.name, false);
    }
  }
}
