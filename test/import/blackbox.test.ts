import { describe, expect, test } from 'vitest';
import { readModules } from '../../src/import/blackbox.ts';
import type { ProbeModules } from '../../src/import/blackbox-modules.ts';
import { example, found } from './support.ts';

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
