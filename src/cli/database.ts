import { type DataSource, QueryFailedError } from 'typeorm';
import { databaseError, openDatabase } from '../storage/database.ts';

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
    throw error instanceof QueryFailedError ? await databaseError(error, url) : error;
  } finally {
    await dataSource.destroy();
  }
}
