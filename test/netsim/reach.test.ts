import { expect, test } from 'vitest';
import { setUp } from '../../src/netsim/interface-setup.ts';
import { firstHost, objectionTo, reachOf } from '../../src/netsim/reach.ts';
import { scenarioOf } from '../../src/scenario/parse.ts';

const reach = (networks: object, more: object = {}) =>
  reachOf(scenarioOf({ name: 'reach', networks, destinations: [], ...more }));

test('networks without the bits behind their prefixes, and routers that lie in none', () => {
  const routers = {
    inside: { address: '198.51.100.254' },
    outside: { address: ['203.0.113.1', '2001:db8:9::1'] },
  };
  expect(reach({ web: { prefix: ['198.51.100.7/24', '2001:db8:1::7/64'] } }, { routers })).toEqual({
    addresses: { 4: '192.0.2.1', 6: '2001:db8::1' },
    prefixes: [
      { owner: 'network web', prefix: '198.51.100.0/24' },
      { owner: 'network web', prefix: '2001:db8:1::/64' },
      { owner: 'router outside', prefix: '203.0.113.1/32' },
      { owner: 'router outside', prefix: '2001:db8:9::1/128' },
    ],
  });
});

test('nothing of an IP version that only one side has', () => {
  expect(reach({ web: { prefix: '198.51.100.0/24' } }).addresses).toEqual({ 4: '192.0.2.1' });
  const both = { web: { prefix: ['198.51.100.0/24', '2001:db8:1::/64'] } };
  expect(reach(both, { source: { address: '192.0.2.1' } }).prefixes).toEqual([
    { owner: 'network web', prefix: '198.51.100.0/24' },
  ]);
});

test.each([
  '192.0.2.128/25',
  '198.51.100.0/24',
  '203.0.113.5/32',
  '198.18.0.0/15',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.7.0/24',
  '2001:db8:ffff::/48',
  '3fff:fff::/32',
  'fd00::/8',
])('%s is for tests or private', (prefix) => {
  expect(objectionTo(reach({ net: { prefix } }), false, [])).toBeUndefined();
});

test.each([
  '8.8.8.0/24',
  '198.51.100.0/23',
  '198.16.0.0/14',
  '172.32.0.0/16',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '2001:db9::/32',
  '2001:d00::/24',
  '3fff:1000::/20',
  'fe80::/64',
])('%s is not, and is taken only by who says so', (prefix) => {
  // A source has to lie outside of all networks.
  const found = reach({ net: { prefix } }, { source: { address: ['192.0.2.1', 'fd00::1'] } });
  expect(objectionTo(found, false, [])).toMatch(/^network net: \S+ is neither for tests nor private/);
  expect(objectionTo(found, true, [])).toBeUndefined();
});

test('what the host has is not taken, whoever says so', () => {
  const found = reach({ net: { prefix: ['10.1.0.0/16', '2001:db8:1::/64'] } });
  const object = (prefix: string, what: 'route' | 'address' = 'route') =>
    objectionTo(found, true, [{ what, prefix, device: 'eth0' }]);
  expect(object('10.0.0.0/8')).toBe(
    'network net: 10.1.0.0/16 overlaps a route of this host: 10.0.0.0/8 on eth0',
  );
  expect(object('10.1.2.3/32', 'address')).toBe(
    'network net: 10.1.0.0/16 overlaps an address of this host: 10.1.2.3 on eth0',
  );
  expect(object('2001:db8:1::5/128')).toContain('2001:db8:1::5 on eth0');
  expect(object('192.0.2.0/24')).toContain('source: 192.0.2.1 overlaps');
  expect(object('10.2.0.0/16')).toBeUndefined();
});

test('the first host of a prefix', () => {
  expect(
    ['10.0.0.0/8', '10.0.0.4/31', '10.0.0.4/32', '2001:db8::/64', '2001:db8::8/128'].map(firstHost),
  ).toEqual(['10.0.0.1', '10.0.0.4', '10.0.0.4', '2001:db8::1', '2001:db8::8']);
});

test('a route has the MTU of its first link, and the interface takes the longest', () => {
  const found = reach({
    small: { prefix: ['198.18.1.0/24', '2001:db8:1::/64'] },
    jumbo: { prefix: '198.18.2.0/24' },
  });
  const commands = setUp('lab0', found, (address) => (address.startsWith('198.18.2.') ? 9000 : 1000));
  expect(commands.filter((command) => !command.includes('addrgenmode'))).toEqual([
    'link set dev lab0 mtu 9000 txqueuelen 10000 up',
    'address add 192.0.2.1/32 dev lab0',
    'address add 2001:db8::1/128 dev lab0 nodad',
    'route add 198.18.1.0/24 dev lab0 src 192.0.2.1 mtu 1000',
    'route add 2001:db8:1::/64 dev lab0 src 2001:db8::1 mtu 1280',
    'route add 198.18.2.0/24 dev lab0 src 192.0.2.1 mtu 9000',
  ]);
});
