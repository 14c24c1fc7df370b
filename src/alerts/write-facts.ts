import type { EntityManager } from 'typeorm';
import type { Alert } from '../entities/alert.ts';
import type { DeliveryKind } from '../entities/alert-delivery.ts';
import { elementsOf } from '../storage/sql.ts';
import type { AlertFacts } from './alert-book.ts';

const COLUMNS = [
  'uid',
  'rule_id',
  'rule',
  'severity',
  'metric',
  'destination_id',
  'destination',
  'source_id',
  'source',
  'state',
  'started',
  'fired',
  'resolved',
  'value',
  'threshold',
  'detail',
  'suppressed',
  'ended',
] as const satisfies readonly (keyof Alert)[];

/** What of an alert may become another. */
const CHANGING = ['state', 'fired', 'resolved', 'value', 'detail', 'suppressed', 'ended'] as const;

const DELIVERY_COLUMNS = [
  'alert_id',
  'channel_id',
  'source_id',
  'message',
  'kind',
  'number',
  'created',
  'next_try',
] as const;

/** So many rows are written by one statement, within SQLite's 32,766 parameters. */
const ROWS_A_STATEMENT = 200;

/** The message of what is in none yet. */
export const UNCLAIMED = '';

/** How long alerts that are over are kept, and what has been told of them, ms. */
const KEPT = 400 * 86_400_000;
const DELIVERIES_KEPT = 30 * 86_400_000;

interface NewDelivery {
  alert_id: number;
  channel_id: number;
  source_id: number;
  kind: DeliveryKind;
  number: number;
}

/** Writes alerts, and what is to be told of them, in a transaction of the caller's. What is there already stays. */
export async function writeFacts(
  manager: EntityManager,
  facts: readonly AlertFacts[],
  now: number,
): Promise<void> {
  // Of several changes of one alert, the last one says how it is.
  const alerts = new Map(facts.map(({ alert }) => [alert.uid, alert]));
  await insert(manager, {
    table: 'alerts',
    columns: COLUMNS,
    rows: [...alerts.values()],
    conflict: `(uid) DO UPDATE SET ${CHANGING.map((column) => `${column} = excluded.${column}`).join(', ')}`,
  });
  const ids = await idsOf(manager, [...alerts.keys()]);
  const begun: NewDelivery[] = [];
  const over: NewDelivery[] = [];
  for (const { kind, number, alert, channels } of facts)
    for (const channel_id of channels) {
      if (kind === 'suppressed') continue;
      const alert_id = ids.get(alert.uid) as number;
      const delivery = { alert_id, channel_id, source_id: alert.source_id, kind, number };
      (kind === 'resolved' ? over : begun).push(delivery);
    }
  await deliver(manager, begun, now);
  const told = await toldOf(manager, [...new Set(over.map(({ alert_id }) => alert_id))]);
  await deliver(
    manager,
    over.filter(({ alert_id, channel_id }) => told.has(`${alert_id} ${channel_id}`)),
    now,
  );
}

/** Notes what each channel is to be told; what is told together is seen when it is told. */
async function deliver(
  manager: EntityManager,
  deliveries: readonly NewDelivery[],
  now: number,
): Promise<void> {
  await insert(manager, {
    table: 'alert_deliveries',
    columns: DELIVERY_COLUMNS,
    rows: deliveries.map((delivery) => ({ ...delivery, message: UNCLAIMED, created: now, next_try: now })),
    conflict: '(alert_id, channel_id, kind, number) DO NOTHING',
  });
}

async function insert<Column extends string>(
  manager: EntityManager,
  {
    table,
    columns,
    rows,
    conflict,
  }: {
    table: string;
    columns: readonly Column[];
    rows: readonly Record<Column, unknown>[];
    conflict: string;
  },
): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS_A_STATEMENT) {
    const page = rows.slice(from, from + ROWS_A_STATEMENT);
    const values = page.map(
      (_, row) => `(${columns.map((_, column) => `$${row * columns.length + column + 1}`).join(', ')})`,
    );
    await manager.query(
      `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${values.join(', ')} ON CONFLICT ${conflict}`,
      page.flatMap((row) => columns.map((column) => row[column])),
    );
  }
}

async function idsOf(manager: EntityManager, uids: readonly string[]): Promise<Map<string, number>> {
  const rows: { id: number; uid: string }[] = await manager.query(
    `SELECT id, uid FROM alerts WHERE uid IN (SELECT value FROM ${elementsOf(manager.connection, '$1', 'text')} AS wanted)`,
    [JSON.stringify(uids)],
  );
  return new Map(rows.map(({ id, uid }) => [uid, id]));
}

/** Who has been told, or is about to be, that alerts began. */
async function toldOf(manager: EntityManager, ids: readonly number[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows: { alert_id: number; channel_id: number }[] = await manager.query(
    `SELECT alert_id, channel_id FROM alert_deliveries WHERE kind = 'fired'
      AND alert_id IN (SELECT value FROM ${elementsOf(manager.connection, '$1', 'bigint')} AS wanted)`,
    [JSON.stringify(ids)],
  );
  return new Set(rows.map(({ alert_id, channel_id }) => `${alert_id} ${channel_id}`));
}

/** Deletes what nobody asks for any more, in a transaction of the caller's. */
export async function deleteOld(manager: EntityManager, now: number): Promise<void> {
  await manager.query("DELETE FROM alert_deliveries WHERE state <> 'waiting' AND created < $1", [
    now - DELIVERIES_KEPT,
  ]);
  await manager.query('DELETE FROM alerts WHERE resolved < $1', [now - KEPT]);
}
