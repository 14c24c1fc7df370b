import { expect, test } from 'vitest';
import { recogniseFormat } from '../../src/import/formats.ts';
import { example, found } from './support.ts';

test.each([
  ['hosts.txt', 'fping'],
  ['smokeping.conf', 'smokeping'],
  ['smokeping_prober.yml', 'smokeping_prober'],
  ['prometheus.yml', 'blackbox'],
  ['blackbox.yml', 'blackbox'],
  ['destinations.csv', 'csv'],
])('%s is recognised as %s', (name, format) => {
  expect(recogniseFormat(example(name))).toBe(format);
});

test.each([
  ['a destinations file', 'destinations:\n  - address: 192.0.2.1\n'],
  ['prose', 'Dear colleagues, (1)\n\n"this" is not a list! at all;\n'],
  ['JSON', '{"hosts": ["192.0.2.1"]}\n'],
  ['comments alone', '# nothing\n\n'],
])('%s is not taken for any of them', (_, text) => {
  expect(recogniseFormat(text)).toBeUndefined();
});

test('a Targets file without a heading is recognised, and so is CSV with another delimiter', () => {
  expect(recogniseFormat('probe = FPing\n+ A\nhost = 192.0.2.1\n')).toBe('smokeping');
  expect(recogniseFormat('name;address\nA;192.0.2.1\n')).toBe('csv');
  expect(recogniseFormat('address\n192.0.2.1\n')).toBe('csv');
  expect(recogniseFormat('tcp://[::1]:80\n192.0.2.1\nhost_a\n')).toBe('fping');
});

test('an fping list: first words, comments and blank lines as fping has them', () => {
  expect(found('fping', example('hosts.txt'))).toEqual({
    destinations: [
      { line: 2, address: '192.0.2.10' },
      { line: 3, address: '192.0.2.11' },
      { line: 5, address: 'gateway.example.net' },
      { line: 6, address: '2001:db8::53' },
      { line: 7, address: 'ns1.example.net' },
    ],
    problems: [],
    notes: ['7: only the first word counts, as to fping: ns1.example.net'],
  });
});

test('smokeping_prober: groups with their interval, network and size; udp is ICMP to it', () => {
  expect(found('smokeping_prober', example('smokeping_prober.yml'))).toEqual({
    destinations: [
      { line: 4, address: '192.0.2.20', interval: 500, family: 4, size: 48 },
      { line: 5, address: 'www.example.net', interval: 500, family: 4, size: 48 },
      { line: 11, address: 'www.example.net', interval: 90_000, family: 6 },
      { line: 12, address: '2001:db8::20', interval: 90_000, family: 6 },
      { line: 17, address: 'single.example.net', interval: 1000 },
      { line: 21, address: '192.0.2.300', interval: 1000 },
    ],
    problems: [
      '19: interval often: expected a time such as 1s or 500ms; 2 hosts are left out',
      '22: host 7: expected a host name or IP address',
    ],
    notes: ['16: source: the routing table chooses the source address'],
  });
});
