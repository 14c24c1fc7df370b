import { describe, expect, test } from 'vitest';
import type { HostsGiven } from '../../src/scenario/topology-schema.ts';
import { linesOf, scenarioWith, textOf } from './support.ts';

const PREFIX = 'prefix: [198.51.100.0/24, "2001:db8:1::/48"]';

/** The hosts of a network, as YAML. */
const hosts = (text: string): HostsGiven =>
  scenarioWith({ networks: `{net: {${PREFIX}, hosts: ${text}}}` }).networks.net?.hosts as HostsGiven;

describe('a scenario without more than it needs', () => {
  const scenario = scenarioWith({ links: '{}', routers: '{}', networks: `{net: {${PREFIX}}}` });

  test('has a source, a duration, a seed and a start', () => {
    expect(scenario).toMatchObject({
      description: '',
      seed: 1,
      duration: 600e9,
      start: Date.UTC(2026, 0, 1),
      source: { name: 'simulation', address: ['192.0.2.1', '2001:db8::1'] },
      names: {},
      timeline: [],
    });
  });

  test('has neighbours of the source that answer', () => {
    expect(scenario.networks).toEqual({
      net: { prefix: ['198.51.100.0/24', '2001:db8:1::/48'], path: [], hosts: {} },
    });
  });
});

test('a source may have another name, and addresses of its own', () => {
  expect(scenarioWith({ source: '{name: probe}' }).source).toEqual({
    name: 'probe',
    address: ['192.0.2.1', '2001:db8::1'],
  });
  expect(scenarioWith({ source: '{address: 2001:DB8::0:9}' }).source).toEqual({
    name: 'simulation',
    address: ['2001:db8::9'],
  });
});

describe('a network', () => {
  test('may have one prefix, and one thing on the way', () => {
    const { net } = scenarioWith({
      networks: '{net: {prefix: 198.51.100.9/24, path: wan, return: lan}}',
    }).networks;
    expect(net).toEqual({ prefix: ['198.51.100.9/24'], path: ['wan'], return: ['lan'], hosts: {} });
  });

  test('has prefixes in canonical form', () => {
    const networks = '{net: {prefix: [198.51.100.0/024, "2001:DB8:1:0::/48", 10.0.0.0/8]}}';
    expect(scenarioWith({ networks }).networks.net?.prefix).toEqual([
      '198.51.100.0/24',
      '2001:db8:1::/48',
      '10.0.0.0/8',
    ]);
  });
});

describe('hosts', () => {
  test('are known by canonical addresses, or default', () => {
    expect(Object.keys(hosts('{default: {}, 198.51.100.1: {}, "2001:DB8:1:0::5": {}}'))).toEqual([
      'default',
      '198.51.100.1',
      '2001:db8:1::5',
    ]);
  });

  test('are up, down or unreachable, answer as told, after a while and with a TTL', () => {
    expect(hosts('{default: {state: unreachable, ping: admin-prohibited, ttl: 255, delay: 5ms}}')).toEqual({
      default: { state: 'unreachable', ping: 'admin-prohibited', ttl: 255, delay: 5e6 },
    });
    expect(hosts('{default: {}}')).toEqual({ default: {} });
  });

  test('have one service at every port, or one for each', () => {
    expect(hosts('{default: {tcp: open, udp: echo}}').default).toEqual({
      tcp: { ports: new Map(), others: 'open', all: true },
      udp: { ports: new Map(), others: 'echo', all: true },
    });
    expect(
      hosts('{default: {tcp: {80: open, 443: filtered}, udp: {default: silent, 53: other, 65535: no-route}}}')
        .default,
    ).toEqual({
      tcp: {
        ports: new Map([
          [80, 'open'],
          [443, 'filtered'],
        ]),
        others: undefined,
        all: false,
      },
      udp: {
        ports: new Map([
          [53, 'other'],
          [65_535, 'no-route'],
        ]),
        others: 'silent',
        all: false,
      },
    });
  });

  test.each(['0', '65536', '99999', '080', '8000-8100', '-1', '1.5', 'http', '""'])(
    'have no port %s',
    (port) => {
      const lines = linesOf(
        textOf({ networks: `{net: {${PREFIX}, hosts: {default: {tcp: {${port}: open}}}}}` }),
      );
      expect(lines).toHaveLength(1);
      expect(lines[0]).toContain('expected a port from 1 to 65535, or default');
    },
  );
});

describe('a router', () => {
  const router = (text: string) => scenarioWith({ routers: `{r: ${text}}` }).routers.r;

  test('has addresses of both IP versions', () => {
    expect(router('{address: [203.0.113.1, "2001:DB8:ffff::0:1"]}')?.address).toEqual([
      '203.0.113.1',
      '2001:db8:ffff::1',
    ]);
  });

  test.each([
    ['{}', { rate: Number.POSITIVE_INFINITY, burst: 1 }],
    ['{errors: unlimited}', { rate: Number.POSITIVE_INFINITY, burst: 1 }],
    ['{errors: none}', { rate: 0, burst: 0 }],
    ['{errors: {rate: 6/min}}', { rate: 0.1, burst: 1 }],
    ['{errors: {rate: 10/s, burst: 50}}', { rate: 10, burst: 50 }],
  ])('sends as many errors as told: %s', (text, errors) => expect(router(text)?.errors).toEqual(errors));

  test('may quote little, and translate addresses', () => {
    expect(router('{quote: 8, nat: {address: 203.0.113.5}}')).toMatchObject({
      quote: 8,
      nat: { address: '203.0.113.5', timeout: 30e9, quotes: 'restored' },
    });
    expect(router('{nat: {address: 203.0.113.5, timeout: 5m, quotes: kept}}')?.nat).toMatchObject({
      timeout: 300e9,
      quotes: 'kept',
    });
  });

  test('may be there twice with one address, as it is at some times and at others', () => {
    expect(() =>
      scenarioWith({ routers: '{r: {address: 203.0.113.1}, q: {address: 203.0.113.1}}' }),
    ).not.toThrow();
  });
});
