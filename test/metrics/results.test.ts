import { join } from 'node:path';
import { expect, test } from 'vitest';
import { OUTCOMES } from '../../src/entities/outcome.ts';
import { DEFAULT_BOUNDS } from '../../src/metrics/buckets.ts';
import { Metrics } from '../../src/metrics/metrics.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import { queryStatistics } from '../../src/statistics/query.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { small } from '../simulation/support.ts';
import { collected, readScrape } from '../support/exposition.ts';
import { temporaryFolder } from '../support/files.ts';

const folder = temporaryFolder();

const ADDRESS = '198.51.100.1';
const protocols = [
  { protocol: 'icmp' },
  { protocol: 'tcp', port: 80 },
  { protocol: 'tcp', port: 81 },
  { protocol: 'udp', port: 53 },
] as const;

/** Losses, duplicates, damage, late answers, refusals, a TTL too short for the way, and a suspend. */
const rough = small({
  duration: '5m',
  links: {
    near: { delay: '1ms' },
    far: { delay: '60ms', jitter: '25ms', loss: '10%', duplicate: '5%', corrupt: '5%' },
  },
  networks: {
    net: {
      prefix: ['198.51.100.0/24', '2001:db8:1::/48'],
      path: ['near', 'router', 'far'],
      hosts: { default: { tcp: { 80: 'open', default: 'closed' }, udp: 'echo' } },
    },
  },
  destinations: [
    ...protocols.map((each) => ({ address: ADDRESS, interval: '100ms', timeout: '150ms', ...each })),
    { address: '2001:db8:1::7', protocol: 'icmp6' as const, interval: '100ms', ttl: 1 },
  ],
  timeline: [{ at: '2m', suspend: '20s' }],
});

test('the counts are those of the table, exactly, and quantiles lie in the buckets that have them', async () => {
  const database = `sqlite:${join(folder(), 'pinger.db')}`;
  const simulation = await simulate(rough, { database });
  const metrics = Metrics.of(simulation.pinger);
  for (const id of [1, 2, 3, 4, 5])
    metrics.tallies.follow({ destination_id: id, address: ADDRESS, label: `d${id}`, status: 'probed' });
  await simulation.finish();
  const { series } = readScrape(await collected(metrics.text('prometheus')));

  const dataSource = await openDatabase(database, { create: false, lockTimeout: 1000 });
  const rows: { id: number; outcome: string; count: number }[] = await dataSource.query(
    'SELECT destination_id AS id, outcome, count(*) AS count FROM results GROUP BY 1, 2',
  );
  const statistics = await queryStatistics(dataSource);
  await dataSource.destroy();

  const seen = new Set<string>();
  for (const { destination_id: id, statistics: stats } of statistics) {
    const labels = `destination_id="${id}",destination="d${id}"`;
    const value = (name: string, more = '') => series.get(`${name}{${labels}${more}}`);
    for (const outcome of OUTCOMES) {
      const count = rows.find((row) => row.id === id && row.outcome === outcome)?.count ?? 0;
      expect(value('pinger_results_total', `,outcome="${outcome}"`)).toBe(count);
      if (count > 0) seen.add(outcome);
    }
    expect(value('pinger_probes_sent_total')).toBe(stats.sent);
    expect(value('pinger_probes_lost_total')).toBe(stats.lost);
    expect(value('pinger_probes_undetermined_total')).toBe(stats.undetermined);
    expect(value('pinger_replies_corrupt_total')).toBe(stats.corrupt);
    expect(value('pinger_rtt_seconds_count')).toBe(stats.received);
    const counts = [...DEFAULT_BOUNDS, Number.POSITIVE_INFINITY].map((bound) =>
      value(
        'pinger_rtt_seconds_bucket',
        `,le="${bound === Number.POSITIVE_INFINITY ? '+Inf' : leOf(bound)}"`,
      ),
    );
    expect(counts).not.toContain(undefined);
    for (const [q, ms] of [
      [0.5, stats.p50],
      [0.95, stats.p95],
      [0.99, stats.p99],
    ] as const) {
      if (ms === null) continue;
      const n = counts.findIndex((count) => (count ?? 0) >= q * stats.received);
      // A percentile of the statistics is within 1 %.
      expect(ms * 1.01).toBeGreaterThan(DEFAULT_BOUNDS[n - 1] ?? 0);
      expect(ms * 0.99).toBeLessThanOrEqual(DEFAULT_BOUNDS[n] ?? Number.POSITIVE_INFINITY);
    }
    const mean = (value('pinger_rtt_seconds_sum') ?? 0) / stats.received;
    if (stats.avg !== null) expect(mean * 1000).toBeCloseTo(stats.avg, 5);
  }
  // Not a test of nothing.
  expect([...seen].sort()).toEqual(['duplicate', 'late', 'refused', 'reply', 'timeout', 'ttl_exceeded']);
  expect(statistics.some(({ statistics: { corrupt } }) => corrupt > 0)).toBe(true);
  expect(series.get('pinger_recorder_results_total')).toBe(rows.reduce((sum, { count }) => sum + count, 0));
  expect(series.get('pinger_recorder_stored_total')).toBe(series.get('pinger_recorder_results_total'));
  expect(series.get('pinger_monitor_info{source="simulation",transport="simulated"}')).toBe(1);
  expect(series.get('pinger_gaps_total{reason="suspended"}')).toBe(1);
  expect(series.get('pinger_gap_seconds_total{reason="suspended"}')).toBeCloseTo(20, 1);
});

/** ms as a label in seconds, found in another way than the product's. */
const leOf = (ms: number): string => {
  const seconds = Number((ms / 1000).toFixed(10));
  return seconds < 1e-4 ? `${Number((seconds * 1e5).toFixed(6))}e-05` : `${seconds}`;
};
