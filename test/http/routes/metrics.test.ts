import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import fastify from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { afterEach, describe, expect, test } from 'vitest';
import { tellProblems } from '../../../src/http/problems.ts';
import { formatFor, metricsRoutes } from '../../../src/http/routes/metrics.ts';
import { SILENT } from '../../../src/logger.ts';
import { FORMATS } from '../../../src/metrics/exposition.ts';
import { Metrics, type MetricsOptions } from '../../../src/metrics/metrics.ts';
import { createPinger } from '../../../src/pinger.ts';
import { collected, readScrape } from '../../support/exposition.ts';

const close: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const each of close.splice(0)) await each();
});

/** Metrics of a monitor that is not started, with so many destinations. */
function metricsOf(count: number, options?: MetricsOptions): Metrics {
  const pinger = createPinger({ database: 'sqlite::memory:', source: 'here' });
  const metrics = Metrics.of(pinger, options);
  const row = { name: 'a "name" \\ of\ntwo lines', protocol: 3, port: null, interval: 1000 };
  for (let id = 1; id <= count; id++) {
    const address = `198.51.${id >> 8}.${id & 255}`;
    pinger.emit('destination', { destination_id: id, address, label: address, status: 'probed', row });
  }
  return metrics;
}

function serve(metrics: Metrics) {
  const app = fastify({ forceCloseConnections: true }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  tellProblems(app, SILENT);
  metricsRoutes(app, { metrics });
  close.push(() => app.close());
  return app;
}

describe('GET /metrics', () => {
  test('is the text of Prometheus, unless OpenMetrics is asked for', async () => {
    const app = serve(metricsOf(2));
    const text = await app.inject('/metrics');
    expect(text.statusCode).toBe(200);
    expect(text.headers['content-type']).toBe(FORMATS.prometheus);
    const { families, series } = readScrape(text.body);
    expect(families.get('pinger_results_total')).toBe('counter');
    expect(families.get('pinger_destination_info')).toBe('gauge');
    expect(
      series.get('pinger_results_total{destination_id="2",destination="198.51.0.2",outcome="reply"}'),
    ).toBe(0);
    expect(
      series.get(
        'pinger_destination_info{destination_id="1",destination="198.51.0.1",name="a \\"name\\" \\\\ of\\ntwo lines",address="198.51.0.1",protocol="icmp",port=""}',
      ),
    ).toBe(1);

    const open = await app.inject({ url: '/metrics', headers: { accept: FORMATS.openmetrics } });
    expect(open.headers['content-type']).toBe(FORMATS.openmetrics);
    expect(open.body.endsWith('\n# EOF\n')).toBe(true);
    const told = readScrape(open.body);
    expect(told.families.get('pinger_results')).toBe('counter');
    expect(told.families.get('pinger_destination')).toBe('info');
    // The names of samples are the same in both, again and again.
    expect([...told.series.keys()]).toEqual([...series.keys()]);
    expect([...readScrape((await app.inject('/metrics')).body).series.keys()]).toEqual([...series.keys()]);
  });

  test('tells of the process', async () => {
    const { series } = readScrape((await serve(metricsOf(0)).inject('/metrics')).body);
    expect(series.get('process_resident_memory_bytes')).toBeGreaterThan(1e6);
    expect(series.get('process_cpu_seconds_total')).toBeGreaterThanOrEqual(0);
    expect([...series.keys()].filter((name) => /eventloop_lag|active_/.test(name))).toEqual([]);
  });

  test('without buckets has counts and sums alone', async () => {
    const { families, series } = readScrape(
      (await serve(metricsOf(1, { bounds: [] })).inject('/metrics')).body,
    );
    expect(families.get('pinger_rtt_seconds')).toBe('summary');
    const own = [...series.keys()].filter((name) => name.includes('destination_id="1"'));
    expect(own.filter((name) => name.startsWith('pinger_rtt_seconds'))).toEqual([
      'pinger_rtt_seconds_sum{destination_id="1",destination="198.51.0.1"}',
      'pinger_rtt_seconds_count{destination_id="1",destination="198.51.0.1"}',
    ]);
  });

  test('is packed for who asks for that from elsewhere', async () => {
    const app = serve(metricsOf(3));
    const headers = { 'accept-encoding': 'deflate, gzip' };
    const packed = await app.inject({ url: '/metrics', headers, remoteAddress: '192.0.2.1' });
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(readScrape(gunzipSync(packed.rawPayload).toString()).families.size).toBeGreaterThan(30);
    const plain = await app.inject({ url: '/metrics', headers, remoteAddress: '127.0.0.1' });
    expect(plain.headers['content-encoding']).toBeUndefined();
  });

  test('of 10,000 destinations comes in slices, with a turn of the event loop after each', async () => {
    const metrics = metricsOf(10_000);
    let turns = 0;
    let turning = setImmediate(function turn() {
      turns++;
      turning = setImmediate(turn);
    });
    let slices = 0;
    let longest = 0;
    for await (const slice of metrics.text('openmetrics')) {
      slices++;
      longest = Math.max(longest, slice.length);
    }
    clearImmediate(turning);
    expect(slices).toBeGreaterThan(500);
    expect(longest).toBeLessThan(40_000);
    expect(turns).toBeGreaterThanOrEqual(slices - 2);
  });

  test('counts of one scrape are of one moment, whatever comes meanwhile', async () => {
    const metrics = metricsOf(2000);
    const take = () => {
      for (let id = 1; id <= 2000; id++)
        metrics.tallies.take({
          ...{
            destination_id: id,
            outcome: 'reply',
            doubt: null,
            rtt: 1,
            rtype: 1,
            datamatch: true,
            rseq: 0,
          },
        });
    };
    const ticking = setInterval(take, 1);
    take();
    const { series } = readScrape(await collected(metrics.text('prometheus')));
    clearInterval(ticking);
    const counted = [...series].filter(([name]) => /(sent_total|rtt_seconds_count)\{/.test(name));
    expect(counted).toHaveLength(4000);
    expect(new Set(counted.map(([, value]) => value)).size).toBe(1);
  });

  test('takes no more than eight scrapes at once, and those again when they have ended', async () => {
    const app = serve(metricsOf(5000));
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as AddressInfo;
    const ask = async () => {
      const [response] = await once(get({ host: '127.0.0.1', port, path: '/metrics' }), 'response');
      return response as IncomingMessage;
    };
    // Nobody reads them.
    const stalled = await Promise.all(Array.from({ length: 8 }, ask));
    const refused = await ask();
    expect(refused.statusCode).toBe(503);
    expect(refused.headers['retry-after']).toBe('5');
    for (const each of [...stalled, refused]) each.destroy();
    // Their ends have to be noticed first.
    for (let tries = 0; ; tries++) {
      const response = await ask();
      response.destroy();
      if (response.statusCode === 200) break;
      expect(tries).toBeLessThan(200);
      await sleep(20);
    }
  });
});

test.each([
  ['', 'prometheus'],
  ['*/*', 'prometheus'],
  ['text/html,application/xhtml+xml,*/*;q=0.8', 'prometheus'],
  [
    'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
    'openmetrics',
  ],
  ['application/openmetrics-text; version=1.0.0; charset=utf-8', 'openmetrics'],
  ['application/openmetrics-text;version=0.0.1,text/plain;q=0.5', 'prometheus'],
  ['application/openmetrics-text;q=0,text/plain', 'prometheus'],
  ['text/plain;version=0.0.4,application/openmetrics-text;version=1.0.0;q=0.2', 'prometheus'],
  [
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.5',
    'openmetrics',
  ],
])('Accept: %s gets %s', (accept, format) => {
  expect(formatFor(accept)).toBe(format);
});
