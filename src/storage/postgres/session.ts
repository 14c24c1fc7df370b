import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { DataSource, EntityManager } from 'typeorm';
import type { Source } from '../../entities/source.ts';
import { nanoseconds } from '../../history/levels.ts';
import type { Appended, ResultOrigin, StoreSession } from '../dialect.ts';
import type { DatabaseError, EncodedResult } from '../store.ts';
import type { ConnectionLimits } from './connection.ts';
import { Listener } from './listener.ts';
import { OpenSockets } from './open-sockets.ts';
import { dropOldPartition, makePartitions } from './partitions.ts';

/** A writer that waits for longer than this tries again later, ms. */
const LOCK_TIMEOUT = 8000;

/** How often partitions are looked after, ms: they are made two days ahead. */
const MAINTENANCE_INTERVAL = 3_600_000;

/** Rows may have to be moved into a new partition; ms. */
const MAINTENANCE: ConnectionLimits = { lockTimeout: 2000, answerTimeout: 120_000 };

/**
 * One statement a batch, of which the server makes rows. *Measured* with three indexes: 8.0 µs a row, and 0.9 here, where a
 * monitor has other things to do; an array for each column takes 5.6 and 2.0.
 */
const APPEND = `WITH inserted AS (INSERT INTO results (rtime, rtt, rseq, destination_id, address, rtype, rcode, icmptype, rid, datamatch, rttl, outcome,
    doubt, source_id, rsite, rhost)
  SELECT CAST(value ->> 0 AS bigint), CAST(value ->> 1 AS double precision) / 1e6, CAST(value ->> 2 AS integer),
    CAST(value ->> 3 AS integer), value ->> 4, CAST(value ->> 5 AS integer), CAST(value ->> 6 AS integer),
    CAST(value ->> 7 AS integer), CAST(value ->> 8 AS integer), CAST(value ->> 9 AS boolean), CAST(value ->> 10 AS integer),
    value ->> 11, value ->> 12, CAST($1 AS integer), CAST($2 AS integer), CAST($3 AS integer)
  FROM jsonb_array_elements($4) WITH ORDINALITY AS row (value, number) ORDER BY number RETURNING id)
  SELECT min(id) AS first, max(id) AS last FROM inserted`;

export interface PostgresSessionOptions {
  url: string;
  /** The database's, as people are told. */
  name: string;
  /** ms */
  answerTimeout: number;
  /** `opened`: told of each socket. */
  connect(limits: ConnectionLimits, opened?: (socket: Socket) => void): Promise<DataSource>;
}

interface Connections {
  dataSource: DataSource;
  listener: Listener;
  sockets: OpenSockets;
}

/** A monitor's connections to a server: a pool, which connects again by itself, and a listener for edits. */
export class PostgresSession implements StoreSession {
  readonly dataSource: DataSource;
  readonly #options: PostgresSessionOptions;
  readonly #listener: Listener;
  readonly #sockets: OpenSockets;
  #maintained = Number.NEGATIVE_INFINITY;
  #maintenance: Promise<void> = Promise.resolve();

  private constructor(options: PostgresSessionOptions, { dataSource, listener, sockets }: Connections) {
    this.#options = options;
    this.dataSource = dataSource;
    this.#listener = listener;
    this.#sockets = sockets;
  }

  static async open(options: PostgresSessionOptions): Promise<PostgresSession> {
    const { url, name, answerTimeout, connect } = options;
    // Tells the server's sessions of this process from those of others.
    const application = `pinger ${randomBytes(6).toString('hex')}`;
    const sockets = new OpenSockets();
    const dataSource = await connect({ lockTimeout: LOCK_TIMEOUT, answerTimeout }, (socket) =>
      sockets.add(socket),
    );
    const listener = new Listener({ url, name, application, answerTimeout });
    const session = new PostgresSession(options, { dataSource, listener, sockets });
    try {
      await listener.open();
      session.#maintain();
      await session.#maintenance;
      return session;
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  hold(source: Source): Promise<void> {
    return this.#listener.hold(source);
  }

  async append(
    manager: EntityManager,
    { id, location, host }: ResultOrigin,
    rows: readonly EncodedResult[],
  ): Promise<Appended> {
    const [{ first, last }]: [{ first: string; last: string }] = await manager.query(APPEND, [
      id,
      location,
      host,
      `[${rows.join()}]`,
    ]);
    return { ids: { first: Number(first), last: Number(last) }, settle: () => this.#maintain() };
  }

  get rival(): DatabaseError | undefined {
    return this.#listener.rival;
  }

  /** Days at a time; what lies in no day's partition is deleted row by row. */
  deleteResults(manager: EntityManager, before: number): Promise<boolean> {
    return dropOldPartition(manager, BigInt(nanoseconds(before)));
  }

  news(): Promise<void> {
    return this.#listener.news();
  }

  abandon(): void {
    this.#sockets.destroy();
  }

  async close(): Promise<void> {
    await this.#listener.close();
    await this.#maintenance;
    await this.dataSource.destroy();
  }

  /** What it could not do is done the next time: until then rows go into the default partition. */
  #maintain(): void {
    const now = performance.now();
    if (now - this.#maintained < MAINTENANCE_INTERVAL) return;
    this.#maintained = now;
    this.#maintenance = this.#makePartitions().catch(() => undefined);
  }

  async #makePartitions(): Promise<void> {
    const dataSource = await this.#options.connect(MAINTENANCE);
    await makePartitions(dataSource, BigInt(Date.now()) * 1_000_000n).finally(() => dataSource.destroy());
  }
}
