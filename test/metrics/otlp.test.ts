import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { metricsUrl } from '../../src/metrics/otlp.ts';
import { pinger, start, until } from '../support/command.ts';
import { temporaryFolder } from '../support/files.ts';
import { canOpenRawSockets } from '../support/privileges.ts';
import { sqlite } from '../support/sqlite-shell.ts';

interface Value {
  stringValue?: string;
  intValue?: number;
}

interface Point {
  attributes: { key: string; value: Value }[];
  asInt?: number;
  asDouble?: number;
  count?: number;
  sum?: number;
  bucketCounts?: number[];
  explicitBounds?: number[];
  startTimeUnixNano: string;
  timeUnixNano: string;
}

interface Metric {
  name: string;
  unit: string;
  sum?: { aggregationTemporality: number; isMonotonic: boolean; dataPoints: Point[] };
  gauge?: { dataPoints: Point[] };
  histogram?: { aggregationTemporality: number; dataPoints: Point[] };
}

interface Request {
  path: string | undefined;
  headers: IncomingHttpHeaders;
  resource: Record<string, string>;
  metrics: Metric[];
}

const folder = temporaryFolder();
let server: Server | undefined;
afterEach(() => server?.close());

/** A receiver that takes OTLP as JSON. */
class Receiver {
  readonly requests: Request[] = [];
  port = 0;

  static async listen(port = 0): Promise<Receiver> {
    const receiver = new Receiver();
    server = createServer(async (request, response) => {
      let body = '';
      for await (const part of request.setEncoding('utf8')) body += part;
      for (const { resource, scopeMetrics } of JSON.parse(body).resourceMetrics)
        receiver.requests.push({
          path: request.url,
          headers: request.headers,
          resource: attributesOf(resource),
          metrics: scopeMetrics.flatMap((scope: { metrics: Metric[] }) => scope.metrics),
        });
      response.setHeader('content-type', 'application/json').end('{}');
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    receiver.port = (server.address() as AddressInfo).port;
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The newest points of a metric. */
  points(name: string): Point[] {
    const found = this.requests.findLast(({ metrics }) => metrics.some((metric) => metric.name === name));
    const metric = found?.metrics.find((each) => each.name === name);
    return (metric?.sum ?? metric?.gauge ?? metric?.histogram)?.dataPoints ?? [];
  }
}

const attributesOf = ({ attributes }: Pick<Point, 'attributes'>): Record<string, string> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, String(value.stringValue ?? value.intValue)]));

const EVERY_SECOND = { OTEL_METRIC_EXPORT_INTERVAL: '400' };
const run = (more: string[]) => ['run', '127.0.0.1', '-q', '-i', '50', '--listen', 'none', ...more];

describe.skipIf(!canOpenRawSockets())('pinger run --otlp', () => {
  test('pushes what it has counted, who it is, and at its end all of it', async () => {
    const receiver = await Receiver.listen();
    const args = [...run(['--otlp', receiver.url, '--duration', '1500ms']), 'tcp://127.0.0.1:1'];
    const { code } = await pinger(args, { cwd: folder(), env: EVERY_SECOND });
    expect(code).toBe(0);

    const [first] = receiver.requests;
    expect(first?.path).toBe('/v1/metrics');
    expect(first?.headers['content-type']).toBe('application/json');
    const database = join(folder(), 'pinger.db');
    expect(first?.resource).toMatchObject({
      'service.name': 'pinger',
      'service.version': expect.stringMatching(/^\d/),
      'service.instance.id': sqlite(database, 'SELECT key FROM sources'),
      'host.name': expect.any(String),
    });

    const stored = (id: number, outcome: string) =>
      Number(
        sqlite(
          database,
          `SELECT count(*) FROM results WHERE destination_id = ${id} AND outcome = '${outcome}'`,
        ),
      );
    const results = receiver
      .points('pinger.results')
      .map((point) => [attributesOf(point), point.asInt] as const);
    const of = (id: string, outcome: string) =>
      results.find(([at]) => at['pinger.destination.id'] === id && at['pinger.outcome'] === outcome);
    expect(of('1', 'reply')).toEqual([
      {
        'pinger.destination.id': '1',
        'pinger.destination.label': '127.0.0.1',
        'pinger.outcome': 'reply',
        'server.address': '127.0.0.1',
        'network.type': 'ipv4',
        'network.protocol.name': 'icmp',
      },
      stored(1, 'reply'),
    ]);
    expect(stored(1, 'reply')).toBeGreaterThan(10);
    expect(of('2', 'refused')).toEqual([
      expect.objectContaining({ 'network.transport': 'tcp', 'server.port': '1' }),
      stored(2, 'refused'),
    ]);

    const [rtt] = receiver.points('pinger.rtt');
    expect(rtt?.count).toBe(stored(1, 'reply'));
    expect(rtt?.bucketCounts?.reduce((sum, count) => sum + count, 0)).toBe(rtt?.count);
    expect(rtt?.bucketCounts).toHaveLength((rtt?.explicitBounds?.length ?? 0) + 1);
    expect(rtt?.explicitBounds?.[0]).toBe(0.0000125);
    const total = Number(sqlite(database, 'SELECT sum(rtt) FROM results WHERE destination_id = 1')) / 1000;
    expect(rtt?.sum).toBeCloseTo(total, 6);
    expect(BigInt(rtt?.timeUnixNano ?? 0)).toBeGreaterThan(BigInt(rtt?.startTimeUnixNano ?? 0));

    expect(receiver.points('pinger.recorder.stored')[0]?.asInt).toBe(
      stored(1, 'reply') + stored(2, 'refused'),
    );
    expect(receiver.points('process.cpu.time')).toHaveLength(2);
    const kinds = receiver.requests.flatMap(({ metrics }) =>
      metrics.flatMap(({ sum, histogram }) => sum ?? histogram ?? []),
    );
    expect(new Set(kinds.map(({ aggregationTemporality }) => aggregationTemporality))).toEqual(new Set([2]));
  });

  test("goes by the SDK's own environment variables", async () => {
    const receiver = await Receiver.listen();
    const env = {
      ...EVERY_SECOND,
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${receiver.url}/somewhere/else`,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-key=secret',
      OTEL_SERVICE_NAME: 'uplink',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
    };
    await pinger(run(['--duration', '900ms']), { cwd: folder(), env });
    expect(receiver.requests[0]).toMatchObject({
      path: '/somewhere/else',
      headers: { 'x-key': 'secret' },
      resource: { 'service.name': 'uplink', 'deployment.environment.name': 'test' },
    });
    receiver.requests.length = 0;
    await pinger(run(['--duration', '900ms']), { cwd: folder(), env: { ...env, OTEL_SDK_DISABLED: 'true' } });
    expect(receiver.requests).toEqual([]);
  });

  test('a receiver that is away is one line, and gets all of it when it is back', async () => {
    const away = await Receiver.listen();
    server?.close();
    const env = { ...EVERY_SECOND, OTEL_EXPORTER_OTLP_TIMEOUT: '300' };
    const running = start(run(['--otlp', away.url, '--log-level', 'info']), { cwd: folder(), env });
    await running.until(/otlp\.failed/);
    const rounds = 3 * 400;
    await new Promise((resolve) => setTimeout(resolve, rounds));
    const back = await Receiver.listen(away.port);
    await running.until(/otlp\.resumed/);
    running.child.kill('SIGINT');
    const { code, stderr } = await running.finished;
    expect(code).toBe(0);
    expect(stderr.match(/otlp\.failed/g)).toHaveLength(1);
    expect(stderr).toMatch(/ECONNREFUSED.*otlp\.failed/);
    const [replies] = back.points('pinger.results');
    expect(replies?.asInt).toBe(Number(sqlite(join(folder(), 'pinger.db'), 'SELECT count(*) FROM results')));
  });

  test('a receiver that never answers does not hold up the end', async () => {
    const sockets: { destroy(): void }[] = [];
    server = createServer(() => {}).on('connection', (socket) => sockets.push(socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const running = start(run(['--otlp', url]), {
      cwd: folder(),
      env: { ...EVERY_SECOND, OTEL_EXPORTER_OTLP_TIMEOUT: '2000' },
    });
    await until(() => sockets.length > 0);
    running.child.kill('SIGINT');
    const { code, stdout } = await running.finished;
    for (const socket of sockets) socket.destroy();
    expect(code).toBe(0);
    expect(stdout).toContain('results stored');
  });

  test.each([
    [['--otlp', 'localhost:4318'], {}, '"localhost:4318": expected a URL such as http://localhost:4318'],
    [
      [],
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'there' },
      'OTEL_EXPORTER_OTLP_ENDPOINT "there": expected a URL such as http://localhost:4318',
    ],
    [
      ['--otlp', 'http://127.0.0.1:1'],
      { OTEL_METRIC_EXPORT_INTERVAL: '1s' },
      'OTEL_METRIC_EXPORT_INTERVAL "1s": expected a whole number of ms',
    ],
    [
      ['--metrics-buckets', '1ms,1ms'],
      {},
      '"1ms,1ms": a bucket of 1 ms after one of 1 ms: expected each to be longer',
    ],
    [['--metrics-buckets', 'some'], {}, '"some" is not a time'],
  ])('%j with %j is refused in one line', async (args, env, line) => {
    const { code, stderr } = await pinger(run(args), { cwd: folder(), env });
    expect(code).toBe(2);
    expect(stderr).toContain(line);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

test.each([
  ['http://localhost:4318', 'http://localhost:4318/v1/metrics'],
  ['http://localhost:4318/', 'http://localhost:4318/v1/metrics'],
  ['https://otel.example/otlp', 'https://otel.example/otlp/v1/metrics'],
  ['https://otel.example/v1/metrics', 'https://otel.example/v1/metrics'],
])('metrics for %s go to %s', (url, to) => {
  expect(metricsUrl(url)).toBe(to);
});
