import { createHash } from 'node:crypto';
import type { ScenarioGiven } from '../../src/scenario/schema.ts';
import { TypeormStore } from '../../src/storage/typeorm-store.ts';

/** A network of two links and a router, and one destination in it. */
export const small = (given: Partial<ScenarioGiven> = {}): ScenarioGiven => ({
  name: 'small',
  duration: '1m',
  links: { near: { delay: '1ms' }, far: { delay: '9ms' } },
  routers: { router: { address: ['203.0.113.1', '2001:db8:ff::1'] } },
  networks: {
    net: { prefix: ['198.51.100.0/24', '2001:db8:1::/48'], path: ['near', 'router', 'far'] },
  },
  destinations: [{ address: '198.51.100.1' }],
  ...given,
});

/** The results that a database has, each column as text, in the order in which they were stored. */
export async function storedResults(url: string): Promise<Record<string, string | null>[]> {
  const store = new TypeormStore(url);
  await store.open();
  const columns: { name: string }[] = await store.edit((manager) =>
    manager.query("SELECT name FROM pragma_table_info('results')"),
  );
  const exact = columns.map(({ name }) =>
    // All 17 digits of a double.
    name === 'rtt' ? "printf('%!.17g', rtt) AS rtt" : `CAST("${name}" AS TEXT) AS "${name}"`,
  );
  const rows = await store.edit((manager) =>
    manager.query(`SELECT ${exact.join(', ')} FROM results ORDER BY results.id`),
  );
  await store.close();
  return rows as Record<string, string | null>[];
}

export const digest = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex');
