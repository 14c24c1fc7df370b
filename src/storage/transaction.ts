import type { DataSource, EntityManager } from 'typeorm';

/**
 * Runs `work` in one transaction that is rolled back when it throws.
 *
 * TypeORM's own transactions begin as readers. In SQLite one that reads, and writes after another process has written,
 * fails at once with SQLITE_BUSY, however long the lock timeout; this one waits for the write lock first.
 */
export async function inTransaction<T>(
  dataSource: DataSource,
  work: (manager: EntityManager) => Promise<T>,
): Promise<T> {
  if (dataSource.options.type === 'postgres') return dataSource.transaction(work);
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

/**
 * Runs `work` in one transaction, and no other edit of destinations or sources meanwhile: what it finds in these tables stays so
 * until it is done. In SQLite every transaction that writes is alone. Whoever only stores results does not have to wait.
 */
export const inEdit = <T>(dataSource: DataSource, work: (manager: EntityManager) => Promise<T>): Promise<T> =>
  inTransaction(dataSource, async (manager) => {
    if (dataSource.options.type === 'postgres') await manager.query(`SELECT ${LOCK_EDITS}`);
    return work(manager);
  });

/** What every statement that edits destinations waits for as well, through a trigger. */
const LOCK_EDITS =
  "pg_advisory_xact_lock(hashtext('pinger.destinations'), CAST(CAST('destinations' AS regclass) AS oid)::integer)";
