import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readModules } from '../../src/import/blackbox.ts';
import type { ProbeModules } from '../../src/import/blackbox-modules.ts';
import { type ImportContext, parseImport, recogniseFormat } from '../../src/import/formats.ts';
import type { Remark } from '../../src/import/found.ts';

const example = (name: string): string => readFileSync(join(import.meta.dirname, 'data', name), 'utf8');

const lines = (remarks: Remark[]): string[] => remarks.map(({ line, message }) => `${line}: ${message}`);

/** The destinations of a text without what is undefined. */
const found = (format: Parameters<typeof parseImport>[0], text: string, context?: ImportContext) => {
  const { destinations, problems, notes } = parseImport(format, text, context);
  return {
    destinations: destinations.map((each) => JSON.parse(JSON.stringify(each))),
    problems: lines(problems),
    notes: lines(notes),
  };
};

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

describe('smokeping', () => {
  test('targets with the settings of their probes, inherited variables and labels', () => {
    const { destinations, problems, notes } = found('smokeping', example('smokeping.conf'));
    expect(destinations).toEqual([
      {
        line: 52,
        address: 'gateway.example.net',
        name: 'Gateway of the office',
        protocol: 'icmp',
        interval: 15_000,
        size: 56,
      },
      { line: 56, address: '192.0.2.1', name: 'Core switch', protocol: 'icmp', interval: 60_000, size: 56 },
      {
        line: 61,
        address: '192.0.2.2',
        name: 'Bulk',
        protocol: 'icmp',
        interval: 60_000,
        timeout: 2500,
        size: 1392,
      },
      { line: 71, address: 'ns.provider.example', name: 'First', protocol: 'icmp6', interval: 2000 },
      {
        line: 76,
        address: 'www.provider.example',
        name: 'Second',
        protocol: 'tcp',
        port: 443,
        interval: 15_000,
      },
      {
        line: 79,
        address: 'www2.provider.example',
        name: 'Web',
        protocol: 'tcp',
        port: 443,
        interval: 15_000,
      },
    ]);
    expect(problems).toEqual([
      '65: host DYNAMIC: expected a host name or IP address, since nobody tells pinger a new one',
      '84: probe DNS has no equivalent: expected one of FPing, FPingContinuous, FPing6, TCPPing; tcp://HOST:53 tests that the server can be reached',
      '92: probe EchoPingHttp has no equivalent: expected one of FPing, FPingContinuous, FPing6, TCPPing; tcp://HOST:80 tests that the server can be reached',
    ]);
    expect(notes).toEqual(['88: several targets in one: they are taken where they are themselves']);
  });

  test('the Targets file alone: only probes that say themselves what they are', () => {
    const text =
      '@define SITE Zurich\nprobe = FPing\n+ SITE\nhost = 192.0.2.1\n+ B\nprobe = Fast\nhost = b.example\n@include more\n';
    expect(found('smokeping', text)).toEqual({
      destinations: [{ line: 4, address: '192.0.2.1', name: 'Zurich', protocol: 'icmp' }],
      problems: [
        '7: probe Fast has no equivalent, or is defined in another file: expected one of FPing, FPingContinuous, FPing6, TCPPing, or both files as one',
        '8: @include more is not followed: expected that file as well',
      ],
      notes: [],
    });
  });

  test('what it is not, and what is not nested, is told', () => {
    expect(found('smokeping', 'hello\n').problems).toEqual([
      '1: no target: expected *** Targets ***, and in it + name with host = …',
    ]);
    const { destinations, notes } = found(
      'smokeping',
      '*** Targets ***\nprobe = FPing\n++ a\nhost = 192.0.2.1\n',
    );
    expect(destinations).toHaveLength(1);
    expect(notes).toEqual(['3: ++ is deeper by more than one: taken for +']);
    expect(found('smokeping', '*** Targets ***\n+ a\nhost = 192.0.2.1\n').problems).toEqual([
      '3: no probe: expected probe = FPing, FPing6 or TCPPing in it or above',
    ]);
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

describe('blackbox', () => {
  const modules = readModules(example('blackbox.yml')) as ProbeModules;

  test('the jobs of Prometheus, with the modules of blackbox.yml', () => {
    expect(found('blackbox', example('prometheus.yml'), { modules })).toEqual({
      destinations: [
        { line: 16, address: '192.0.2.30', protocol: 'icmp', interval: 15_000, timeout: 2000 },
        { line: 17, address: 'router.example.net', protocol: 'icmp', interval: 15_000, timeout: 2000 },
        { line: 20, address: '2001:db8::30', protocol: 'icmp', interval: 15_000, timeout: 2000 },
        {
          line: 33,
          address: 'router.example.net',
          protocol: 'icmp',
          family: 6,
          interval: 60_000,
          timeout: 30_000,
          ttl: 32,
          size: 100,
        },
        {
          line: 40,
          address: 'bastion.example.net',
          protocol: 'tcp',
          family: 4,
          port: 22,
          interval: 15_000,
          timeout: 3000,
        },
        { line: 41, address: '2001:db8::22', protocol: 'tcp', port: 2222, interval: 15_000, timeout: 3000 },
      ],
      problems: [
        '44: job ssh: file_sd_configs are not followed: expected static_configs',
        '42: target forgotten.example.net: expected host:port, as module tcp takes it',
        '46: job web: module http_2xx probes by http, which has no equivalent: expected icmp or tcp; its targets are left out (2)',
      ],
      notes: ['6: job prometheus has no params.module: blackbox_exporter has no part in it'],
    });
  });

  test('without blackbox.yml only its usual modules are known', () => {
    const { destinations, problems } = found('blackbox', example('prometheus.yml'));
    expect(destinations.map(({ line, timeout }) => [line, timeout])).toEqual([
      [16, 4000],
      [17, 4000],
      [20, 4000],
    ]);
    expect(problems[0]).toBe(
      '27: job ping6: module icmp_ipv6 is not known: expected one of icmp, icmp_ttl5, tcp_connect, or --modules with the blackbox.yml that defines it; its targets are left out (1)',
    );
  });

  test('a list that one module probes', () => {
    const text = '# bastions\n192.0.2.1:22\nbastion.example.net:2022\n192.0.2.9\n';
    expect(found('blackbox', text, { modules, module: 'ssh_banner' })).toEqual({
      destinations: [
        { line: 2, address: '192.0.2.1', protocol: 'tcp', port: 22, timeout: 3000 },
        { line: 3, address: 'bastion.example.net', protocol: 'tcp', family: 4, port: 2022, timeout: 3000 },
      ],
      problems: ['4: target 192.0.2.9: expected host:port, as module tcp takes it'],
      notes: [],
    });
    expect(found('blackbox', text, { modules, module: 'http_2xx' }).problems).toEqual([
      '1: module http_2xx probes by http, which has no equivalent: expected icmp or tcp',
    ]);
    expect(found('blackbox', text, { modules, module: 'dns' }).problems).toEqual([
      '1: module dns is not known: expected one of http_2xx, icmp, icmp_ipv6, ssh_banner',
    ]);
  });

  test('what has no targets says what would', () => {
    expect(found('blackbox', example('blackbox.yml')).problems).toEqual([
      '1: modules, and no targets: expected prometheus.yml, or a list of targets with --module NAME; this file as --modules',
    ]);
    expect(readModules('a: 1\n')).toBe('expected modules: by their names, as blackbox_exporter takes them');
    expect(readModules('a: [1\n')).toMatch(/^line 1: /);
  });
});

describe('csv', () => {
  test('the columns of the table, quoted cells, numbers and names of protocols', () => {
    expect(found('csv', example('destinations.csv'))).toEqual({
      destinations: [
        { line: 2, name: 'Gateway', address: '192.0.2.40', protocol: 'icmp', interval: 5000 },
        {
          line: 3,
          name: 'Web, both sites',
          address: 'www.example.net',
          protocol: 'tcp',
          port: 443,
          interval: 30_000,
          timeout: 2000,
          active: true,
        },
        {
          line: 4,
          name: 'Says "hello"',
          address: '192.0.2.41',
          protocol: 'udp',
          port: 53,
          interval: 1000,
          timeout: 500,
          ttl: 32,
          data: ' hello ',
          active: false,
        },
        { line: 5, address: '2001:db8::40', protocol: 'icmp6', active: true },
        { line: 6, name: 'Twice', address: '192.0.2.40', protocol: 'icmp', interval: 1000 },
        { line: 9, name: 'Port', address: '192.0.2.44', protocol: 'tcp' },
      ],
      problems: [
        '7: protocol gre: expected one of udp, tcp, icmp, udp6, tcp6, icmp6, or its number from 1 to 6',
        '8: interval soon: expected a time with a unit, such as 200ms, 1.5s or 1h, of whole milliseconds from 1ms to 24.8d',
      ],
      notes: [
        '1: column owner is left out: expected one of address, protocol, port, interval, timeout, ttl, data, size, name, active, source_id, source',
      ],
    });
  });

  test('rows that are none are told, and those around them taken', () => {
    const text = 'address,name\n192.0.2.1,a\n192.0.2.2,b,c\n192.0.2.3,"d" e\n,f\n192.0.2.5,g\n';
    const { destinations, problems } = found('csv', text);
    expect(destinations.map(({ line, address }) => [line, address])).toEqual([
      [2, '192.0.2.1'],
      [6, '192.0.2.5'],
    ]);
    expect(problems.toSorted()).toEqual([
      '3: 3 cells: expected 2, as in the first row',
      '4: a quote that is not closed, or within a cell: expected quotes around a whole cell, and twice within it',
      '5: address is empty: expected a host name or IP address',
    ]);
  });

  test('a first row that is no header is told', () => {
    expect(found('csv', '192.0.2.1,a\n').problems).toEqual([
      '1: expected a first row with the names of columns, address among them: address, protocol, port, interval, timeout, ttl, data, size, name, active, source_id, source',
    ]);
  });
});
