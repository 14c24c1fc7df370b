import type { DataSource } from 'typeorm';
import type { Queries } from './rollup-table.ts';

/** Reads at one moment, whatever others write meanwhile. On a connection that nobody writes with. */
export async function inSnapshot<T>(
  dataSource: DataSource,
  work: (queries: Queries) => Promise<T>,
): Promise<T> {
  const runner = dataSource.createQueryRunner();
  try {
    // SQLite's transactions see one moment anyway, and it knows no level of this name.
    await runner.startTransaction(dataSource.options.type === 'sqlite' ? 'SERIALIZABLE' : 'REPEATABLE READ');
    const value = await work(runner);
    await runner.commitTransaction();
    return value;
  } catch (error) {
    if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
    throw error;
  } finally {
    await runner.release();
  }
}
