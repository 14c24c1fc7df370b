import type { ScenarioGiven } from '../../src/scenario/schema.ts';

/** A scenario with everything in it that there may be, in all its forms. */
export const RICH = {
  name: 'rich',
  description: 'everything',
  seed: 7,
  duration: '1h',
  start: '2026-06-30T12:00:00Z',
  source: { name: 'probe', address: ['192.0.2.1', '2001:db8::1'] },
  links: {
    lan: { delay: 1 },
    wan: {
      delay: '20ms',
      jitter: '2ms',
      distribution: 'normal',
      correlation: '25%',
      loss: { random: '1%', correlation: '25%' },
      duplicate: { probability: '1%', correlation: '25%' },
      corrupt: '0.1%',
      reorder: { probability: '5%', correlation: '50%', gap: 5 },
      rate: '10mbit',
      limit: 100,
      mtu: 1500,
      forward: { loss: { gemodel: { p: '1%', r: '20%', '1-h': '90%', '1-k': '0%' } } },
      backward: { reorder: '1%', loss: '2%' },
    },
  },
  routers: {
    r: { address: ['203.0.113.1', '2001:db8:ffff::1'], errors: { rate: '10/s', burst: 5 }, quote: 28 },
    n: { nat: { address: '203.0.113.5', timeout: '5m', quotes: 'kept' }, errors: 'none' },
  },
  networks: {
    net: {
      prefix: ['198.51.100.0/24', '2001:db8:1::/48'],
      path: ['lan', 'n', 'r', 'wan'],
      return: ['lan', 'n', 'wan'],
      hosts: {
        default: { state: 'up', ping: 'reply', ttl: 64, delay: '1ms' },
        '198.51.100.7': { tcp: { 80: 'open', default: 'filtered' }, udp: 'echo' },
        '2001:db8:1::7': { state: 'unreachable', udp: { 53: 'other' } },
      },
    },
  },
  names: {
    'web.example': '198.51.100.7',
    'two.example': { addresses: ['198.51.100.7', '2001:db8:1::7'], ttl: '5s' },
    'gone.example': { failure: 'NXDOMAIN' },
  },
  destinations: [
    { address: '198.51.100.7', count: 3, expect: { sent: 3600, loss: '<= 10%' } },
    { address: 'web.example', protocol: 'tcp', port: 80, interval: '5s', timeout: 200, ttl: 9, name: 'web' },
    {
      address: '2001:db8:1::7',
      protocol: 'udp6',
      port: 53,
      data: 'abc',
      active: false,
      expect: [{ from: '1m', to: '2m', p95: '19ms..21ms', refused: 0 }],
    },
    { address: '198.51.100.100', size: 100 },
  ],
  timeline: [
    { at: '1m', for: '2s', repeat: { every: '5s', times: 10 }, outage: ['wan', 'r'] },
    { at: '2m', impair: 'wan', with: { loss: '50%', backward: { delay: '1s' } } },
    { at: '3m', route: 'net', path: 'lan', return: [] },
    { at: '4m', reject: 'r', with: 'no-route' },
    { at: '5m', serve: 'net', hosts: { default: { state: 'down' } } },
    { at: '6m', resolve: { 'web.example': { failure: 'timeout' } } },
    { at: '7m', for: '1m', interface: 'down' },
    { at: '8m', step: '-2.5s' },
    { at: '9m', leap: 'insert' },
    { at: '10m', suspend: '10m' },
    { at: '11m', pause: '3s' },
    { at: '12m', add: [{ address: '198.51.100.9', name: 'new' }] },
    { at: '13m', change: 'new', to: { interval: '5s', protocol: 'udp', port: 53 } },
    { at: '14m', remove: ['new', '198.51.100.8'] },
  ],
} satisfies ScenarioGiven;
