import type { DataSource, EntityManager } from 'typeorm';

/**
 * Runs `work` in one transaction that is rolled back when it throws.
 *
 * TypeORM's own transactions begin as readers. One that reads, and writes after another process has written,
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
