import type { DataSource } from 'typeorm';
import { onTestFinished } from 'vitest';
import type { Source } from '../../src/entities/source.ts';
import { type HistoryDatabase, RollUps } from '../../src/history/roll-ups.ts';
import { shrinkSqlite } from '../../src/history/shrink-sqlite.ts';
import { deleteChunks } from '../../src/storage/sqlite/delete-chunks.ts';
import { encodeResult, type NewResult } from '../../src/storage/store.ts';
import { TypeormStore } from '../../src/storage/typeorm-store.ts';
import { connection } from '../cli/support.ts';
import { temporaryDatabase } from '../support/databases.ts';
import { LogBook } from '../support/fakes.ts';

/** A database with the history of some sources, some of which is rolled up. */
export interface TestHistory {
  url: string;
  /** A reader's connection. */
  database: DataSource;
  /** The writer's. */
  writer: HistoryDatabase;
  /** Stores results of a source; those so far are rolled up afterwards, or not. */
  store: (name: string, results: NewResult[], isRolledUp: boolean) => Promise<void>;
}

export async function history(): Promise<TestHistory> {
  const url = await temporaryDatabase();
  const database = await connection(url);
  const store = new TypeormStore(url);
  await store.open();
  onTestFinished(() => store.close());
  const writer: HistoryDatabase = {
    connection: database,
    query: (sql, parameters) => store.edit((manager) => manager.query(sql, parameters)),
    edit: (work) => store.edit(work),
    shrink: () => store.edit(shrinkSqlite),
    deleteResults: (before) => store.edit((manager) => deleteChunks(manager, before)),
  };
  const sources = new Map<string, Source>();
  let number = 0;
  return {
    url,
    database,
    writer,
    store: async (name, results, isRolledUp) => {
      const source = sources.get(name) ?? (await store.source(name));
      sources.set(name, source);
      await store.append(source, { writer: 'w', number: ++number, rows: results.map(encodeResult) });
      if (!isRolledUp) return;
      const rollUps = new RollUps({
        database: writer,
        sourceId: source.id,
        logger: new LogBook(),
        now: () => 0,
      });
      rollUps.start();
      while (!rollUps.isLive) await rollUps.settled();
      await rollUps.close();
    },
  };
}
