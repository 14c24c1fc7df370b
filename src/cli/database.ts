import { type DataSource, type EntityManager, QueryFailedError } from 'typeorm';
import { databaseError, databaseFile, openDatabase } from '../io/database.ts';

/** How long a command waits for a lock that a running monitor, or another command, holds, ms. */
const LOCK_TIMEOUT = 10_000;

export interface DatabaseUse {
  /** As `--database` takes it. */
  url: string;
  /** Make the database when there is none; otherwise that is an error. */
  create?: boolean;
}

/** Opens a database for one command and closes it again. Throws DatabaseError, and what `work` throws. */
export async function withDatabase<T>(
  { url, create = false }: DatabaseUse,
  work: (dataSource: DataSource) => Promise<T>,
): Promise<T> {
  const dataSource = await openDatabase(url, { create, lockTimeout: LOCK_TIMEOUT });
  try {
    return await work(dataSource);
  } catch (error) {
    throw error instanceof QueryFailedError ? databaseError(error, databaseFile(url)) : error;
  } finally {
    await dataSource.destroy();
  }
}

/**
 * Runs `work` in one transaction that is rolled back when it throws.
 *
 * TypeORM's own transactions begin as readers. One that reads, and writes after a running monitor has written,
 * fails at once with SQLITE_BUSY, however long the lock timeout; this one waits for the write lock first.
 */
export async function inTransaction<T>(
  dataSource: DataSource,
  work: (manager: EntityManager) => Promise<T>,
): Promise<T> {
  await dataSource.query('BEGIN IMMEDIATE');
  try {
    const value = await work(dataSource.manager);
    await dataSource.query('COMMIT');
    return value;
  } catch (error) {
    // SQLite may have rolled back by itself, which leaves nothing to do here.
    await dataSource.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
