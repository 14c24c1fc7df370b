import { execFileSync } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { DASHBOARD } from '../../docs/grafana-dashboard.ts';
import { type Running, start } from '../support/command.ts';
import { metricsIn, readScrape } from '../support/exposition.ts';
import { canOpenRawSockets, hasProgram } from '../support/privileges.ts';
import { PrometheusServer } from '../support/prometheus-server.ts';
import { sqlite } from '../support/sqlite-shell.ts';

const RULES = join(import.meta.dirname, '../../packaging/prometheus/pinger.rules.yml');
const dashboard = JSON.parse(readFileSync(DASHBOARD, 'utf8'));

interface Rule {
  record?: string;
  alert?: string;
  expr: string;
}

const rules: Rule[] = parse(readFileSync(RULES, 'utf8')).groups.flatMap(
  ({ rules }: { rules: Rule[] }) => rules,
);

/** Every query of the dashboard, with its variables as they are when everything is chosen, over a time that this test has. */
const queries: { panel: string; expr: string }[] = dashboard.panels.flatMap(
  ({ title, targets = [] }: { title: string; targets?: { expr: string }[] }) =>
    targets.map(({ expr }) => ({
      panel: title,
      expr: expr.replaceAll(/\$__(rate_interval|range)/g, '5s').replaceAll(/\$\w+/g, '.*'),
    })),
);

/** Of queries that only find trouble there is nothing to be found here. */
const isAboutTrouble = (expr: string) => /doubtful|gap_seconds|database_up/.test(expr);

describe.skipIf(!canOpenRawSockets() || !hasProgram('promtool'))('Prometheus', () => {
  let folder: string;
  let silent: Socket;
  let monitor: Running;
  let prometheus: PrometheusServer;
  let url: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pinger-'));
    silent = createSocket('udp4').bind(0, '127.0.0.1');
    await once(silent, 'listening');
    const dead = `udp://127.0.0.1:${silent.address().port}`;
    const options = ['-q', '-i', '100', '--timeout', '200', '--listen', '127.0.0.1:0'];
    monitor = start(['run', '127.0.0.1', 'tcp://127.0.0.1:1', dead, ...options], { cwd: folder });
    await monitor.until(/^Page: \S+/m, 30_000);
    url = /^Page: (\S+)/m.exec(monitor.stderr)?.[1] ?? '';
    prometheus = await PrometheusServer.start({ folder, target: new URL(url).host, rules: [RULES] });
    for (let tries = 0; ; tries++) {
      const [seen] = await prometheus.query(
        'count_over_time(pinger_rtt_seconds_count{destination_id="1"}[1m])',
      );
      if (Number(seen?.value[1]) >= 10) break;
      if (tries === 300) throw new Error('Prometheus has not scraped');
      await sleep(100);
    }
  }, 90_000);

  afterAll(async () => {
    await prometheus?.stop();
    monitor?.child.kill('SIGINT');
    await monitor?.finished;
    silent?.close();
    rmSync(folder, { recursive: true, force: true });
  }, 30_000);

  test('promtool finds nothing wrong with the metrics and the rules', async () => {
    const text = await (await fetch(`${url}metrics`)).text();
    expect(execFileSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' })).toBe('');
    expect(execFileSync('promtool', ['check', 'rules', RULES], { encoding: 'utf8' })).toContain('SUCCESS');
  });

  test('it scrapes as OpenMetrics, and finds what there is', async () => {
    const [up] = await prometheus.query('up{job="pinger"}');
    expect(up?.value[1]).toBe('1');
    const [scraped] = await prometheus.query('scrape_samples_scraped');
    const response = await fetch(`${url}metrics`, {
      headers: { accept: 'application/openmetrics-text;version=1.0.0' },
    });
    // The kinds of garbage collection come as they are seen.
    expect(Math.abs(Number(scraped?.value[1]) - readScrape(await response.text()).series.size)).toBeLessThan(
      20,
    );
    // The state of the dead one as the page has it, too.
    const states = await prometheus.query('pinger_destination_up == 0');
    expect(states.map(({ metric }) => metric.destination_id)).toEqual(['3']);
  });

  test.each(queries)('the dashboard: $panel: $expr', async ({ panel, expr }) => {
    const found = await prometheus.query(expr);
    if (!isAboutTrouble(expr)) expect(found, panel).not.toEqual([]);
  });

  test('its variables find what can be chosen', async () => {
    const found = await prometheus.query(
      'pinger_destination_info{protocol="tcp"} * on (job, instance) group_left (version) pinger_build_info',
    );
    expect(found).toHaveLength(1);
    for (const { query, type } of dashboard.templating.list) {
      if (type !== 'query') continue;
      const [, metric = '', label = ''] = /^label_values\((.*),(\w+)\)$/.exec(query.query) ?? [];
      const series = await prometheus.query(metric.replaceAll(/\$\w+/g, '.*'));
      expect(series.length).toBeGreaterThan(0);
      // A label without a value is none.
      if (label !== 'name') expect(series[0]?.metric[label]).toBeDefined();
    }
  });

  test('every metric that the dashboard and the rules name is there', async () => {
    const { series } = readScrape(await (await fetch(`${url}metrics`)).text());
    const names = new Set([...series.keys()].map((name) => name.split('{')[0]));
    const named = [...queries.map(({ expr }) => expr), ...rules.map(({ expr }) => expr)].flatMap(metricsIn);
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter((name) => !names.has(name))).toEqual([]);
  });

  test('every rule can be evaluated; those about the dead one find it, and no other alert of destinations is about anything', async () => {
    for (const { expr, record, alert } of rules) {
      // A day is more than this test has.
      const found = await prometheus.query(
        expr.replaceAll(/\[(5m|1h|1d|15m)\]/g, '[5s]').replace('offset 10m', ''),
      );
      if (record) expect(found, record).not.toEqual([]);
      else if (alert === 'PingerDestinationDown')
        expect(found.map(({ metric }) => metric.destination_id)).toEqual(['3']);
    }
    const evaluated = await prometheus.rules();
    expect(evaluated).toHaveLength(rules.length);
    expect(evaluated.filter(({ health }) => health !== 'ok')).toEqual([]);
    const pending = evaluated.filter(({ state }) => state === 'pending' || state === 'firing');
    // What a busy host does to the monitor is told by alerts of their own.
    const ofDestinations = pending
      .map(({ name }) => name)
      .filter((name) => name.startsWith('PingerDestination'));
    expect(ofDestinations.sort()).toEqual(['PingerDestinationDown', 'PingerDestinationLossy']);
  });

  test('what it has counted and measured is what is in the table, to the nanosecond', async () => {
    const counts = await prometheus.query('pinger_rtt_seconds_count');
    const sums = await prometheus.query(`pinger_rtt_seconds_sum @ ${counts[0]?.value[0]}`);
    // What has been counted is stored within half a second.
    await sleep(1000);
    expect(counts).toHaveLength(3);
    for (const { metric, value } of counts) {
      const id = metric.destination_id;
      const sum = Number(sums.find((each) => each.metric.destination_id === id)?.value[1]);
      const first = `SELECT rtt FROM results WHERE destination_id = ${id} AND outcome IN ('reply', 'refused') ORDER BY id LIMIT ${value[1]}`;
      const [count, total] = sqlite(
        join(folder, 'pinger.db'),
        `SELECT count(*), total(rtt) FROM (${first})`,
      ).split('|');
      expect(count).toBe(value[1]);
      expect(Math.abs(sum - Number(total) / 1000)).toBeLessThanOrEqual(1e-9 * (Number(count) + 1));
    }
    expect(Number(counts[0]?.value[1])).toBeGreaterThan(10);
  });
});
