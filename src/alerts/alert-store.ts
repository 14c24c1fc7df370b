import { IsNull } from 'typeorm';
import { Alert } from '../entities/alert.ts';
import { AlertChannel, AlertRuleChannel } from '../entities/alert-channel.ts';
import { AlertRule } from '../entities/alert-rule.ts';
import { DestinationParent } from '../entities/destination-parent.ts';
import { labelOf } from '../entities/label.ts';
import { Maintenance } from '../entities/maintenance.ts';
import type { DatabaseAccess } from '../storage/database-access.ts';
import type { AlertFacts } from './alert-book.ts';
import { channelOf } from './channel.ts';
import type { AlertConfig, RowProblem } from './config.ts';
import { maintenanceOf } from './maintenance.ts';
import { ruleOf } from './rule.ts';
import type { SourceSign } from './silence-watch.ts';
import { MOST_PARENTS } from './verdict.ts';
import type { WatchedRow } from './watched.ts';
import { deleteOld, writeFacts } from './write-facts.ts';

/** The part of a database's access that alerts use. */
export type AlertDatabase = Pick<DatabaseAccess, 'read' | 'edit'>;

/** So many destinations are read at a time: some ms of this process's. */
const PAGE = 1000;

/** How often what is old is deleted, ms. */
const TIDIED_EVERY = 86_400_000;

/** The tables of alerts, as the monitor reads and writes them. Throws DatabaseError. */
export class AlertStore {
  readonly #database: AlertDatabase;
  #tidiedAt = Number.NEGATIVE_INFINITY;

  constructor(database: AlertDatabase) {
    this.#database = database;
  }

  /** Changes whenever somebody has edited what alerts go by. Asked again and again, and so as cheap as can be. */
  revision(): Promise<string> {
    return this.#database.read(async (dataSource) => {
      const [row]: { revision: string }[] = await dataSource.query(
        `SELECT CAST((SELECT max(revision) FROM alert_revision) AS TEXT) || '.' ||
          CAST((SELECT coalesce(max(revision), 0) FROM destination_changes) AS TEXT) AS revision`,
      );
      return row?.revision ?? '';
    });
  }

  async config(): Promise<AlertConfig> {
    // Read first: an edit in between is then seen twice, never missed.
    const revision = await this.revision();
    const destinations = await this.#destinations();
    const rows = await this.#database.read(async ({ manager }) => ({
      rules: await manager.find(AlertRule, { order: { id: 'ASC' } }),
      channels: await manager.find(AlertChannel, { order: { id: 'ASC' } }),
      ruleChannels: await manager.find(AlertRuleChannel),
      parents: await manager.find(DestinationParent),
      maintenances: await manager.find(Maintenance, { order: { id: 'ASC' } }),
    }));
    const problems: RowProblem[] = [];
    const right = <Row extends { id: number }, Value extends object>(
      table: RowProblem['table'],
      found: readonly Row[],
      check: (row: Row) => Value | { problem: string },
    ): Value[] =>
      found.flatMap((row) => {
        const value = check(row);
        if (!('problem' in value)) return [value];
        problems.push({ table, id: row.id, problem: value.problem as string });
        return [];
      });
    const enabled = <Row extends { enabled: boolean }>(found: readonly Row[]) =>
      found.filter((row) => row.enabled);
    const channels = right('alert_channels', enabled(rows.channels), channelOf);
    const ruleChannels = new Map<number, number[]>();
    for (const { rule_id, channel_id } of rows.ruleChannels)
      ruleChannels.set(rule_id, [...(ruleChannels.get(rule_id) ?? []), channel_id]);
    return {
      revision,
      rules: right('alert_rules', enabled(rows.rules), ruleOf),
      channels: new Map(channels.map((channel) => [channel.id, channel])),
      ruleChannels,
      parents: parentsOf(rows.parents, problems),
      maintenances: right('maintenances', rows.maintenances, maintenanceOf),
      destinations,
      problems,
    };
  }

  async #destinations(): Promise<WatchedRow[]> {
    const all: WatchedRow[] = [];
    for (let last = Number.NEGATIVE_INFINITY; ; ) {
      const rows: (WatchedRow & { port: number | null })[] = await this.#database.read((dataSource) =>
        dataSource.query(
          `SELECT id, address, name, protocol, port, interval FROM destinations
            WHERE id > $1 ORDER BY id LIMIT ${PAGE}`,
          [Math.max(last, -(2 ** 31))],
        ),
      );
      for (const row of rows) {
        const name = row.name === null ? null : String(row.name);
        const { id, protocol, interval } = row;
        all.push({ id, name, address: String(row.address), label: labelOf(row), protocol, interval });
        last = id;
      }
      if (rows.length < PAGE) return all;
    }
  }

  /** What every source has said of itself last. */
  signs(): Promise<SourceSign[]> {
    return this.#database.read(async (dataSource) => {
      const rows: (Omit<SourceSign, 'stopped'> & { stopped: boolean | number })[] = await dataSource.query(
        'SELECT id, name, CAST(seen AS TEXT) AS seen, stopped FROM sources',
      );
      return rows.map((row) => ({ ...row, stopped: Boolean(row.stopped) }));
    });
  }

  /** A source's alerts that are not over. */
  open(sourceId: number): Promise<Omit<Alert, 'id'>[]> {
    return this.#database.read(async ({ manager }) => {
      const rows = await manager.find(Alert, {
        where: { source_id: sourceId, resolved: IsNull() },
        order: { id: 'ASC' },
      });
      return rows.map(({ id, ...facts }) => facts);
    });
  }

  /** Stores what has come of alerts, and that it is to be told, all of it or nothing. The same may be stored again. */
  async write(facts: readonly AlertFacts[], now: number): Promise<void> {
    await this.#database.edit((manager) => writeFacts(manager, facts, now));
    if (now - this.#tidiedAt < TIDIED_EVERY) return;
    this.#tidiedAt = now;
    await this.#database.edit((manager) => deleteOld(manager, now));
  }
}

function parentsOf(rows: readonly DestinationParent[], problems: RowProblem[]): Map<number, number> {
  const parents = new Map(rows.map(({ destination_id, parent_id }) => [destination_id, parent_id]));
  for (const id of [...parents.keys()]) {
    let above = parents.get(id);
    for (let depth = 1; above !== undefined && above !== id && depth < MOST_PARENTS; depth++)
      above = parents.get(above);
    if (above !== id) continue;
    parents.delete(id);
    problems.push({ table: 'destination_parents', id, problem: 'is its own parent, by way of its parents' });
  }
  return parents;
}
