import { describe, expect, test } from 'vitest';
import { example, found } from './support.ts';

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
