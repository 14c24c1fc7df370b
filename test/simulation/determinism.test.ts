import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { ScenarioGiven } from '../../src/scenario/schema.ts';
import { simulate } from '../../src/simulation/simulate.ts';
import { digest, storedResults } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'pinger-simulation-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

async function rowsOf(scenario: ScenarioGiven, seed: number): Promise<Record<string, string | null>[]> {
  const database = `sqlite:${join(folder, `${++files}.db`)}`;
  const simulation = await simulate(scenario, { seed, database });
  await simulation.finish();
  return storedResults(database);
}

/** Everything that chance, time or the order of events might change. */
const varied: ScenarioGiven = {
  name: 'varied',
  duration: '3m',
  links: {
    near: { delay: '2ms', jitter: '500us', distribution: 'paretonormal', correlation: '30%' },
    far: {
      delay: '8ms',
      jitter: '3ms',
      distribution: 'pareto',
      loss: { gemodel: { p: '2%', r: '30%' } },
      duplicate: '1%',
      corrupt: '1%',
      reorder: '5%',
      rate: '1mbit',
    },
    normal: { delay: '20ms', jitter: '2ms', distribution: 'normal', correlation: '50%' },
  },
  routers: {
    router: {
      address: ['203.0.113.1', '2001:db8:ff::1'],
      errors: { rate: '2/s' },
      nat: { address: '203.0.113.2' },
    },
  },
  networks: {
    net: {
      prefix: ['198.51.100.0/24', '2001:db8:1::/48'],
      path: ['near', 'router', 'far'],
      return: ['near', 'router', 'normal'],
      hosts: { default: { udp: { 53: 'echo' }, tcp: { 443: 'open' } } },
    },
  },
  names: { 'www.example': { addresses: ['198.51.100.9'], ttl: '10s' } },
  destinations: [
    { address: '198.51.100.1', count: 5, interval: '300ms' },
    { address: '2001:db8:1::1', count: 3, timeout: '25ms' },
    { address: '198.51.100.2', protocol: 'tcp', port: 443 },
    { address: '2001:db8:1::2', protocol: 'tcp6', port: 22, interval: '200ms' },
    { address: '198.51.100.3', protocol: 'udp', port: 53, data: 'question' },
    { address: '2001:db8:1::3', protocol: 'udp6', port: 33_434 },
    { address: '198.51.100.4', ttl: 1 },
    { address: 'www.example', interval: '700ms' },
  ],
  timeline: [
    { at: '20s', outage: 'far', for: '5s', repeat: { every: '30s', times: 3 } },
    { at: '40s', impair: ['near', 'normal'], with: { loss: '10%' }, for: '10s' },
    { at: '50s', step: '-90s' },
    { at: '60s', suspend: '7s' },
    { at: '80s', pause: '2s' },
    { at: '90s', resolve: { 'www.example': ['198.51.100.8'] } },
    { at: '100s', change: '198.51.100.1', to: { interval: '110ms', ttl: 9 } },
    { at: '110s', add: { address: '198.51.100.77', count: 2 } },
    { at: '120s', remove: '198.51.100.77' },
    { at: '130s', leap: 'insert' },
    { at: '140s', interface: 'down', for: '3s' },
  ],
};

test('the same seed gives the same rows to the last bit, another seed does not', async () => {
  const [first, second, other] = [await rowsOf(varied, 1), await rowsOf(varied, 1), await rowsOf(varied, 2)];
  expect(first.length).toBeGreaterThan(4000);
  expect(digest(second)).toBe(digest(first));
  expect(digest(other)).not.toBe(digest(first));
});

test('on any machine: the rows are those of the machine that this was written on', async () => {
  // Changes only with what the model or the monitor does, and then on purpose.
  expect(digest(await rowsOf(varied, 1))).toBe(
    'ba3fe9dc61b7da9c1456d383258ee2971681026895dbafff64153ee95e8783e5',
  );
});
