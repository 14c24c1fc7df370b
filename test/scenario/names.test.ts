import { describe, expect, test } from 'vitest';
import { scenarioWith } from './support.ts';

/** What one name stands for, as YAML. */
const answer = (text: string) => scenarioWith({ names: `{web.example: ${text}}` }).names['web.example'];

describe('a name', () => {
  test.each([
    ['198.51.100.1', { addresses: ['198.51.100.1'], ttl: 60e9 }],
    ['[198.51.100.1, "2001:DB8:1::0:5"]', { addresses: ['198.51.100.1', '2001:db8:1::5'], ttl: 60e9 }],
    ['{addresses: 198.51.100.1}', { addresses: ['198.51.100.1'], ttl: 60e9 }],
    ['{addresses: [198.51.100.1], ttl: 5s}', { addresses: ['198.51.100.1'], ttl: 5e9 }],
    ['{addresses: 198.51.100.1, ttl: 0s}', { addresses: ['198.51.100.1'], ttl: 0 }],
    ['{failure: NXDOMAIN}', { failure: 'NXDOMAIN' }],
    ['{failure: SERVFAIL}', { failure: 'SERVFAIL' }],
    ['{failure: timeout}', { failure: 'timeout' }],
  ])('stands for %s', (text, expected) => expect(answer(text)).toEqual(expected));

  test('may stand for a router that is on a path', () => {
    expect(answer('203.0.113.1')).toEqual({ addresses: ['203.0.113.1'], ttl: 60e9 });
    const networks = '{net: {prefix: 198.51.100.0/24}}';
    expect(() => scenarioWith({ names: '{web.example: 203.0.113.1}', networks })).toThrow(
      'address 203.0.113.1: router r has it; expected a path that passes it',
    );
    const timeline = '[{at: 1m, route: net, path: [r]}]';
    expect(() => scenarioWith({ names: '{web.example: 203.0.113.1}', networks, timeline })).not.toThrow();
  });

  test.each(['localhost', 'WEB.example', 'a_b.example', 'example.com.', '_dmarc.example'])(
    'may be %s',
    (name) => expect(Object.keys(scenarioWith({ names: `{${name}: 198.51.100.1}` }).names)).toEqual([name]),
  );

  test.each([
    'a b',
    '198.51.100.1',
    '2001:db8:1::1',
    'a..b',
    '""',
    '1.2.3',
    'web.example:80',
    'tcp://web.example',
  ])('cannot be %s', (name) =>
    expect(() => scenarioWith({ names: `{${name}: 198.51.100.1}` })).toThrow('expected a host name'),
  );

  test('is probed whatever its case, and also where it stands for something only later', () => {
    const names = '{web.example: 198.51.100.1}';
    expect(() => scenarioWith({ names, destinations: '[{address: WEB.example}]' })).not.toThrow();
    const timeline = '[{at: 1m, resolve: {new.example: 198.51.100.2}}]';
    expect(() => scenarioWith({ timeline, destinations: '[{address: new.example}]' })).not.toThrow();
  });
});
