import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { simulate } from '../../src/simulation/simulate.ts';
import type { NewResult } from '../../src/storage/store.ts';
import { TypeormStore } from '../../src/storage/typeorm-store.ts';
import { LogBook } from '../support/fakes.ts';
import { small } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'pinger-outage-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A digest of results in their order: of those that were made and those that are stored the same, if they are the same. */
class Sequence {
  readonly #hash = createHash('sha256');
  count = 0;

  add(result: Pick<NewResult, 'destination_id' | 'rseq' | 'outcome'> & { rtime: bigint | string }): void {
    const { destination_id, rtime, rseq, outcome } = result;
    this.#hash.update(`${destination_id} ${rtime} ${rseq} ${outcome}\n`);
    this.count++;
  }

  digest(): string {
    return this.#hash.digest('hex');
  }
}

/** How many rows are read at a time. */
const PAGE = 100_000;

async function storedIn(url: string): Promise<Sequence> {
  const store = new TypeormStore(url);
  await store.open();
  const sequence = new Sequence();
  for (let from = 0; ; from += PAGE) {
    const rows: (Parameters<Sequence['add']>[0] & { id: number })[] = await store.edit((manager) =>
      manager.query(
        `SELECT id, destination_id, CAST(rtime AS TEXT) AS rtime, rseq, outcome FROM located_results
        WHERE id > $1 AND id <= $2 AND last_id > $1 AND first_id <= $2 ORDER BY id`,
        [from, from + PAGE],
      ),
    );
    if (rows.length === 0) break;
    for (const row of rows) sequence.add(row);
  }
  await store.close();
  return sequence;
}

test('24 hours without the database, 1,000 destinations: every result is there once, in order, and memory is bounded', async () => {
  const database = `sqlite:${join(folder, 'day.db')}`;
  const spill = join(folder, 'day.spill');
  const logger = new LogBook();
  const made = new Sequence();
  const simulation = await simulate(
    small({
      duration: '25h',
      links: { near: { delay: '1ms' }, far: { delay: '9ms', loss: '1%' } },
      destinations: [30, 45, 60]
        .map((interval, n) => ({
          address: `198.51.100.${80 * n + 1}`,
          count: 80,
          interval: `${interval}s`,
        }))
        .concat({ address: '2001:db8:1::1', count: 760, interval: '60s' }),
      timeline: [{ at: '30m', database: 'down', for: '24h' }],
    }),
    { database, logger, spill: { folder: spill, limit: 2 ** 30, drop: 'oldest' } },
  );
  simulation.on('result', (result) => made.add(result));
  await simulation.run('24h');
  const during = simulation.pinger.counters();
  expect(during).toMatchObject({ lost: 0, drained: 0 });
  expect(during.spill_results).toBeGreaterThan(1_500_000);
  expect(during.spill_bytes / during.spill_results).toBeLessThan(40);
  const report = await simulation.finish();
  expect(logger.of('results.spilling')).toHaveLength(1);
  expect(logger.of('results.resumed')).toHaveLength(1);
  expect(existsSync(spill)).toBe(false);

  const counters = simulation.pinger.counters();
  expect(counters).toMatchObject({ results: made.count, stored: made.count, lost: 0, waiting: 0 });
  expect(counters.waiting_max).toBeLessThan(10_000);
  expect(report.sent).toBeGreaterThan(1_600_000);
  const stored = await storedIn(database);
  expect(stored.count).toBe(made.count);
  expect(stored.digest()).toBe(made.digest());
}, 300_000);

test('an outage that is not over at the end: what waits is stored by the next run on the same database', async () => {
  const database = `sqlite:${join(folder, 'left.db')}`;
  const spill = { folder: join(folder, 'left.spill'), limit: 2 ** 30, drop: 'oldest' as const };
  const made = new Sequence();
  const simulation = await simulate(small({ duration: '1h', timeline: [{ at: '10m', database: 'down' }] }), {
    database,
    spill,
  });
  simulation.on('result', (result) => made.add(result));
  await simulation.finish();
  const { spill_results, stored, lost } = simulation.pinger.counters();
  expect(lost).toBe(0);
  expect(spill_results).toBeGreaterThan(3000);
  expect(stored + spill_results).toBe(made.count);
  expect((await storedIn(database)).count).toBe(stored);
});
