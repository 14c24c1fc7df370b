import { randomUUID } from 'node:crypto';
import type { Alert } from '../entities/alert.ts';
import type { DeliveryKind } from '../entities/alert-delivery.ts';
import type { AlertDatabase } from './alert-store.ts';
import { UNCLAIMED } from './write-facts.ts';

/** How many of a message's events are of each kind. */
export type EventCounts = Record<DeliveryKind, number>;

/** A message that is to be told, and what it tells, oldest first. */
export interface Waiting {
  message: string;
  /** How often that has been tried. */
  attempts: number;
  /** When it was written, ms since the Unix epoch. */
  created: number;
  counts: EventCounts;
  /** The first of them, as many as were asked for. */
  events: { kind: DeliveryKind; alert: Omit<Alert, 'id'> }[];
}

/** What of a rule is in no message yet: when the first and the last of it were written, ms since the Unix epoch. */
export interface Gathered {
  rule_id: number;
  first: number;
  last: number;
}

export interface OutboxQuery {
  channelId: number;
  sourceId: number;
  /** ms since the Unix epoch. */
  now: number;
}

/** What came of an attempt to tell a message. */
export interface Attempt {
  message: string;
  channelId: number;
  /** ms since the Unix epoch. */
  at: number;
  /** undefined: it has been told. */
  error?: string | undefined;
  /** When the next attempt is; undefined: there is none. */
  nextTry?: number | undefined;
}

const ALERT_COLUMNS =
  'a.uid, a.rule_id, a.rule, a.severity, a.metric, a.destination_id, a.destination, a.source_id, a.source, a.state, a.started, a.fired, a.resolved, a.value, a.threshold, a.detail, a.suppressed, a.ended';

/** What of alerts is still to be told. Throws DatabaseError. */
export class Outbox {
  readonly #database: AlertDatabase;
  readonly #uuid: () => string;

  /** `uuid`: names messages; random unless given. */
  constructor(database: AlertDatabase, uuid: () => string = randomUUID) {
    this.#database = database;
    this.#uuid = uuid;
  }

  /** What is in no message yet. */
  gathered({ channelId, sourceId }: Omit<OutboxQuery, 'now'>): Promise<Gathered[]> {
    return this.#database.read((dataSource) =>
      dataSource.query(
        `SELECT a.rule_id, min(d.created) AS first, max(d.created) AS last
          FROM alert_deliveries d JOIN alerts a ON a.id = d.alert_id
          WHERE d.state = 'waiting' AND d.channel_id = $1 AND d.source_id = $2 AND d.message = '${UNCLAIMED}'
          GROUP BY a.rule_id`,
        [channelId, sourceId],
      ),
    );
  }

  /** Makes a message of all that a rule has to tell by now. It stays the same however often it is tried to tell it. */
  claim({ channelId, sourceId, ruleId }: Omit<OutboxQuery, 'now'> & { ruleId: number }): Promise<void> {
    return this.#database.edit(async (manager) => {
      await manager.query(
        `UPDATE alert_deliveries SET message = $1
          WHERE state = 'waiting' AND channel_id = $2 AND source_id = $3 AND message = '${UNCLAIMED}'
          AND alert_id IN (SELECT id FROM alerts WHERE rule_id = $4)`,
        [this.#uuid(), channelId, sourceId, ruleId],
      );
    });
  }

  /** The next message that is due, or when one will be; undefined when there is none. No alert's end is told before its beginning. */
  next({
    channelId,
    sourceId,
    now,
    most,
  }: OutboxQuery & { most: number }): Promise<Waiting | number | undefined> {
    return this.#database.read(async (dataSource) => {
      const [due]: { message: string; attempts: number; created: number }[] = await dataSource.query(
        `SELECT d.message, max(d.attempts) AS attempts, min(d.created) AS created FROM alert_deliveries d
          WHERE d.state = 'waiting' AND d.channel_id = $1 AND d.source_id = $2 AND d.next_try <= $3
          AND d.message <> '${UNCLAIMED}'
          GROUP BY d.message
          HAVING max(CASE WHEN EXISTS (SELECT 1 FROM alert_deliveries e WHERE e.state = 'waiting'
            AND e.alert_id = d.alert_id AND e.channel_id = d.channel_id AND e.id < d.id AND e.message <> d.message)
            THEN 1 ELSE 0 END) = 0
          ORDER BY min(d.id) LIMIT 1`,
        [channelId, sourceId, now],
      );
      if (!due) {
        const [later]: { at: number | null }[] = await dataSource.query(
          `SELECT min(next_try) AS at FROM alert_deliveries
            WHERE state = 'waiting' AND channel_id = $1 AND source_id = $2 AND message <> '${UNCLAIMED}'`,
          [channelId, sourceId],
        );
        return later?.at ?? undefined;
      }
      const { message, attempts, created } = due;
      const counts: EventCounts = { fired: 0, repeated: 0, resolved: 0 };
      const counted: { kind: DeliveryKind; count: number }[] = await dataSource.query(
        `SELECT kind, count(*) AS count FROM alert_deliveries
          WHERE message = $1 AND channel_id = $2 AND state = 'waiting' GROUP BY kind`,
        [message, channelId],
      );
      for (const { kind, count } of counted) counts[kind] = count;
      const rows: (Omit<Alert, 'id'> & { kind: DeliveryKind })[] = await dataSource.query(
        `SELECT d.kind, ${ALERT_COLUMNS}
          FROM alert_deliveries d JOIN alerts a ON a.id = d.alert_id
          WHERE d.message = $1 AND d.channel_id = $2 AND d.state = 'waiting' ORDER BY d.id LIMIT $3`,
        [message, channelId, most],
      );
      const events = rows.map(({ kind, ...alert }) => ({ kind, alert }));
      return { message, attempts, created, counts, events };
    });
  }

  note({ message, channelId, at, error, nextTry }: Attempt): Promise<void> {
    const state = error === undefined ? 'delivered' : nextTry === undefined ? 'failed' : 'waiting';
    return this.#database.edit(async (manager) => {
      await manager.query(
        `UPDATE alert_deliveries SET state = $1, attempts = attempts + 1, next_try = $2,
          delivered = $3, error = $4 WHERE message = $5 AND channel_id = $6 AND state = 'waiting'`,
        [state, nextTry ?? at, error === undefined ? at : null, error ?? null, message, channelId],
      );
    });
  }

  /** Tries what waits for a channel again at once. */
  hasten({ channelId, sourceId, now }: OutboxQuery): Promise<void> {
    return this.#database.edit(async (manager) => {
      await manager.query(
        "UPDATE alert_deliveries SET next_try = $1 WHERE state = 'waiting' AND channel_id = $2 AND source_id = $3 AND next_try > $1",
        [now, channelId, sourceId],
      );
    });
  }

  /** What is for channels that there are no more is for nobody. */
  async dropOrphans(): Promise<void> {
    const orphans =
      "state = 'waiting' AND NOT EXISTS (SELECT 1 FROM alert_channels WHERE alert_channels.id = alert_deliveries.channel_id)";
    const [found] = await this.#database.read<unknown[]>((dataSource) =>
      dataSource.query(`SELECT 1 FROM alert_deliveries WHERE ${orphans} LIMIT 1`),
    );
    if (!found) return;
    await this.#database.edit(async (manager) => {
      await manager.query(
        `UPDATE alert_deliveries SET state = 'failed', error = 'the channel was removed' WHERE ${orphans}`,
      );
    });
  }
}
