import { describe, expect, test } from 'vitest';
import { Protocol } from '../../src/entities/protocol.ts';
import { settingsOf } from '../../src/entities/settings.ts';
import { columnsOf } from '../../src/scenario/destination-schema.ts';
import { addressesFrom, rowsOf } from '../../src/scenario/rows.ts';
import { scenarioWith } from './support.ts';

const NAMES = '{web.example: [198.51.100.1, "2001:db8:1::1"]}';

/** The destination that YAML text is. */
function destination(text: string) {
  const [given] = scenarioWith({ names: NAMES, destinations: `[${text}]` }).destinations;
  if (!given) throw new Error('no destination');
  return given;
}

const rows = (text: string) => rowsOf(destination(text));

const NEW_ROW = { id: 1, active: true, interval: 1000, timeout: 1000, ttl: 64, data: '', port: null };

describe('rowsOf', () => {
  test.each([
    ['{address: 198.51.100.7}', Protocol.ICMP],
    ['{address: 2001:db8:1::7}', Protocol.ICMP6],
    ['{address: web.example}', Protocol.ICMP],
    ['{address: 198.51.100.7, protocol: icmp}', Protocol.ICMP],
    ['{address: 198.51.100.7, protocol: udp, port: 53}', Protocol.UDP],
    ['{address: 198.51.100.7, protocol: tcp, port: 443}', Protocol.TCP],
    ['{address: 2001:db8:1::7, protocol: icmp6}', Protocol.ICMP6],
    ['{address: 2001:db8:1::7, protocol: udp6, port: 53}', Protocol.UDP6],
    ['{address: web.example, protocol: tcp6, port: 443}', Protocol.TCP6],
  ])('%s is a row that can be probed', (text, protocol) => {
    const [row, ...others] = rows(text);
    expect(others).toEqual([]);
    expect(row).toMatchObject({ protocol });
    expect(settingsOf({ ...NEW_ROW, ...row } as Parameters<typeof settingsOf>[0])).not.toHaveProperty(
      'problem',
    );
  });

  test('the columns are the table’s, with times in ms', () => {
    expect(
      rows(
        '{address: 198.51.100.7, protocol: udp, port: 53, interval: 1.5s, timeout: 200ms, ttl: 9, data: abc, name: dns, active: false}',
      ),
    ).toEqual([
      {
        address: '198.51.100.7',
        protocol: Protocol.UDP,
        port: 53,
        interval: 1500,
        timeout: 200,
        ttl: 9,
        data: 'abc',
        name: 'dns',
        active: false,
      },
    ]);
    expect(rows('{address: 198.51.100.7}')).toEqual([{ address: '198.51.100.7', protocol: Protocol.ICMP }]);
  });

  test('a size is that many bytes of data', () => {
    expect(rows('{address: 198.51.100.7, size: 5}')).toMatchObject([{ data: 'xxxxx' }]);
    expect(rows('{address: 198.51.100.7, size: 0}')).toMatchObject([{ data: '' }]);
  });

  test('a count is so many rows at consecutive addresses, with the same columns', () => {
    expect(rows('{address: 198.51.100.254, count: 2, name: n}')).toEqual([
      { address: '198.51.100.254', protocol: Protocol.ICMP, name: 'n' },
      { address: '198.51.100.255', protocol: Protocol.ICMP, name: 'n' },
    ]);
    expect(rows('{address: 2001:db8:1::ffff, count: 3}').map(({ address }) => address)).toEqual([
      '2001:db8:1::ffff',
      '2001:db8:1::1:0',
      '2001:db8:1::1:1',
    ]);
  });
});

describe('addressesFrom', () => {
  test('carries over, and there are none where they end', () => {
    expect(addressesFrom('10.0.255.255', 2)).toEqual(['10.0.255.255', '10.1.0.0']);
    expect(addressesFrom('255.255.255.254', 2)).toEqual(['255.255.255.254', '255.255.255.255']);
    expect(addressesFrom('255.255.255.254', 3)).toEqual([]);
  });

  test('a single one is as it was written, and a name is itself', () => {
    expect(addressesFrom('2001:DB8::1', 1)).toEqual(['2001:DB8::1']);
    expect(addressesFrom('web.example', 3)).toEqual(['web.example']);
  });
});

test('so many addresses may be those of several networks, if nothing lies between', () => {
  const destinations = '[{address: 10.0.0.250, count: 20}]';
  const networks = (second: string) => `{a: {prefix: 10.0.0.0/24}, b: {prefix: ${second}}}`;
  expect(() =>
    scenarioWith({ destinations, networks: networks('[10.0.1.0/29, 10.0.1.8/29]') }),
  ).not.toThrow();
  expect(() => scenarioWith({ destinations, networks: networks('10.0.1.8/29') })).toThrow(
    'count 20: no network has 10.0.1.0',
  );
  expect(() => scenarioWith({ destinations, networks: networks('10.0.1.0/29') })).toThrow(
    'count 20: no network has 10.0.1.8',
  );
});

test('columnsOf has only what an edit changes', () => {
  const [event] = scenarioWith({
    timeline: '[{at: 1m, change: 198.51.100.7, to: {interval: 2s, active: false, protocol: tcp, port: 80}}]',
  }).timeline;
  if (event?.kind !== 'change') throw new Error('no change');
  expect(columnsOf(event.to)).toEqual({ interval: 2000, active: false, protocol: Protocol.TCP, port: 80 });
});

describe('expectations', () => {
  test('are of everything, of a span, or of several', () => {
    const { expect: one } = destination('{address: 198.51.100.7, expect: {sent: 600, loss: "<= 1%"}}');
    expect(one).toMatchObject([
      {
        from: 0,
        to: Number.POSITIVE_INFINITY,
        conditions: { sent: { from: 600, to: 600 }, loss: { to: 0.01 } },
      },
    ]);
    const { expect: several } = destination(
      '{address: 198.51.100.7, expect: [{to: 2m, lost: 0}, {from: 2m, to: 1h, p95: < 25ms}]}',
    );
    expect(several).toMatchObject([
      { from: 0, to: 120e9, conditions: { lost: { text: '0' } } },
      { from: 120e9, to: 3600e9, conditions: { p95: { text: '< 25ms' } } },
    ]);
    expect(destination('{address: 198.51.100.7}').expect).toEqual([]);
  });
});
