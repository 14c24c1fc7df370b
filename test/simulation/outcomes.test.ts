import { describe, expect, test } from 'vitest';
import type { ScenarioGiven } from '../../src/scenario/schema.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import type { NewResult } from '../../src/storage/store.ts';
import { small } from './support.ts';

async function run(scenario: ScenarioGiven) {
  const results: NewResult[] = [];
  const simulation = await simulate(scenario);
  simulation.on('result', (result) => results.push(result));
  const { destinations, ...report } = await simulation.finish();
  return {
    report,
    results,
    of: (id: number) => results.filter((result) => result.destination_id === id),
    measured: (id: number) => destinations.find((each) => each.destination_id === id)?.measured,
  };
}

/** ICMP and ICMP6. */
const both = [{ address: '198.51.100.1' }, { address: '2001:db8:1::1' }];

/** One destination a protocol. */
const all = [
  ...both,
  { address: '198.51.100.1', protocol: 'tcp', port: 80 },
  { address: '2001:db8:1::1', protocol: 'tcp6', port: 80 },
  { address: '198.51.100.1', protocol: 'udp', port: 53 },
  { address: '2001:db8:1::1', protocol: 'udp6', port: 53 },
] as const;

const distinct = (results: NewResult[], ...columns: (keyof NewResult)[]): string[] =>
  [...new Set(results.map((result) => columns.map((column) => String(result[column])).join(' ')))].sort();

const net = (hosts: NonNullable<ScenarioGiven['networks'][string]['hosts']>) => ({
  net: { prefix: ['198.51.100.0/24', '2001:db8:1::/48'], path: ['near', 'router', 'far'], hosts },
});

test('answers after the timeout are late, on top of the timeouts, whatever the protocol', async () => {
  const { of, measured } = await run(
    small({
      duration: '10m',
      networks: net({ default: { delay: '280ms', tcp: 'open', udp: 'echo' } }),
      destinations: all.map((each) => ({ ...each, interval: '100ms', timeout: '150ms' })),
    }),
  );
  for (const id of all.keys()) {
    const results = of(id + 1);
    const sequences = (outcome: string) =>
      results.filter((result) => result.outcome === outcome).map(({ rseq }) => rseq);
    expect(sequences('timeout').length).toBeGreaterThanOrEqual(5999);
    // The last ones' answers would come after the end.
    expect(sequences('late')).toEqual(sequences('timeout').slice(0, sequences('late').length));
    expect(sequences('late').length).toBeGreaterThan(5995);
    expect(distinct(results, 'outcome', 'rtt')).toEqual(['late 300', 'timeout null']);
    expect(measured(id + 1)).toMatchObject({ received: 0, loss: 1 });
  }
});

test('probes overlap when the interval is shorter than the answer takes', async () => {
  const { results, of, report } = await run(
    small({
      networks: net({ default: { delay: '780ms', tcp: 'closed', udp: 'echo' } }),
      destinations: all.map((each) => ({ ...each, interval: '50ms', timeout: '1s' })),
    }),
  );
  expect(distinct(results, 'outcome')).toEqual(['refused', 'reply']);
  for (const id of all.keys()) {
    expect(of(id + 1).length).toBeGreaterThanOrEqual(1199);
    expect(of(id + 1).map(({ rseq }) => rseq)).toEqual(of(id + 1).map((_, index) => index));
  }
  expect(report.missed).toBe(0);
});

test.each([
  ['a host that swallows everything', { default: { ping: 'filtered', tcp: 'filtered', udp: 'filtered' } }],
  ['a host that is down', { default: { state: 'down' } }],
  ['an outage', {}],
] as const)('%s makes timeouts, and nothing else', async (what, hosts) => {
  const { results } = await run(
    small({
      networks: net(hosts),
      destinations: [...all],
      timeline: what === 'an outage' ? [{ at: 0, outage: 'near' }] : [],
    }),
  );
  expect(distinct(results, 'outcome', 'address', 'rtt', 'rtype', 'rcode')).toEqual([
    'timeout null null null null',
  ]);
});

describe('the source’s own trouble', () => {
  test('an interface that is down makes probes unsent, never lost', async () => {
    const { of, measured } = await run(
      small({ destinations: [...both], timeline: [{ at: '20s', interface: 'down', for: '10s' }] }),
    );
    for (const id of [1, 2]) {
      expect(distinct(of(id), 'outcome', 'reason')).toEqual(['reply null', 'unsent Network is down']);
      expect(measured(id)).toMatchObject({ sent: 50, unsent: 10, loss: 0 });
    }
  });

  test('a suspend costs nothing but its own time, and a step of the clock reaches no round-trip time', async () => {
    const { of, measured, report } = await run(
      small({
        timeline: [
          { at: '10s', step: '-1h' },
          { at: '20s', suspend: '20s' },
          { at: '50s', step: '+1h' },
        ],
      }),
    );
    // Until it sleeps, and after it has woken up.
    expect(measured(1)).toMatchObject({ sent: 40, received: 40, min: 20, max: 20 });
    expect(report.missed).toBe(0);
    const seconds = of(1).map(({ rtime }) =>
      Number(rtime / 1_000_000_000n - BigInt(Date.UTC(2026, 0, 1) / 1000)),
    );
    const hour = 3600;
    expect(seconds.slice(0, 12)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 - hour, 11 - hour]);
    expect(seconds.at(-1)).toBe(59);
  });

  test('a process that is paused misses due times, counts them, and knows when what it reads late has come', async () => {
    const { of, report } = await run(
      small({
        destinations: [{ address: '198.51.100.1', interval: '100ms', timeout: '50ms' }],
        // Wherever in an interval they begin.
        timeline: [10, 20.01, 30.03, 40.05, 50.07].map((at) => ({ at: `${at}s`, pause: '3s' })),
      }),
    );
    expect(distinct(of(1), 'outcome', 'rtt')).toEqual(['reply 20']);
    expect(report.missed).toBeGreaterThanOrEqual(5 * 28);
    expect(of(1).length + report.missed).toBe(600);
  });
});

test('names follow the answers of the name server, and no failure of its own costs an address', async () => {
  const { of } = await run(
    small({
      duration: '3m',
      names: { 'www.example': { addresses: '198.51.100.1', ttl: '5s' } },
      destinations: [{ address: 'www.example' }],
      timeline: [
        { at: '20s', resolve: { 'www.example': { failure: 'SERVFAIL' } }, for: '20s' },
        { at: '40s', resolve: { 'www.example': { failure: 'timeout' } }, for: '20s' },
        { at: '60s', resolve: { 'www.example': { addresses: '198.51.100.2', ttl: '5s' } }, for: '1m' },
        { at: '2m', resolve: { 'www.example': { failure: 'NXDOMAIN' } }, for: '20s' },
      ],
    }),
  );
  const at = (from: number, to: number) =>
    distinct(
      of(1).filter((_, index) => index >= from && index < to),
      'outcome',
      'address',
    );
  expect(at(0, 60)).toEqual(['reply 198.51.100.1']);
  // Who has asked in vain for long asks again within half a minute; otherwise within the TTL.
  expect(at(91, 119)).toEqual(['reply 198.51.100.2']);
  expect(at(126, 139)).toEqual(['unsent null']);
  expect(at(171, 180)).toEqual(['reply 198.51.100.1']);
});

test('an error that quotes no more than a header is credited to the row that it is about, however many share its host', async () => {
  const { of } = await run(
    small({
      duration: '20m',
      routers: { router: { address: ['203.0.113.1', '2001:db8:ff::1'], quote: 8 } },
      destinations: [
        ...Array.from({ length: 40 }, (_, n) => ({ address: '198.51.100.1', name: `row ${n}` })),
        { address: '198.51.100.1', ttl: 1 },
      ],
    }),
  );
  for (let id = 1; id <= 40; id++) expect(distinct(of(id), 'outcome')).toEqual(['reply']);
  expect(distinct(of(41), 'outcome')).toEqual(['ttl_exceeded']);
  expect(of(41)).toHaveLength(1200);
});

test('hosts stay what they were where an event says nothing of them', async () => {
  const { measured } = await run(
    small({
      networks: net({ default: { tcp: { 443: 'open', 80: 'filtered' } } }),
      destinations: [443, 80, 22].map((port) => ({ address: '198.51.100.1', protocol: 'tcp', port })),
      timeline: [
        { at: '30s', serve: 'net', hosts: { '198.51.100.1': { delay: '5ms', tcp: { 22: 'open' } } } },
      ],
    }),
  );
  expect(measured(1)).toMatchObject({ sent: 60, reply: 60, min: 20, max: 25 });
  expect(measured(2)).toMatchObject({ sent: 60, timeout: 60 });
  expect(measured(3)).toMatchObject({ sent: 60, refused: 30, reply: 30 });
});
