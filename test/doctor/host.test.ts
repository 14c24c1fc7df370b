import { describe, expect, test } from 'vitest';
import { clockFinding } from '../../src/doctor/clock.ts';
import { type Finding, type Load, NO_LOAD, type ReadFile } from '../../src/doctor/finding.ts';
import { kernelFindings } from '../../src/doctor/kernel.ts';
import { ipv6Finding, resolverFinding } from '../../src/doctor/network.ts';

const BUSY: Load = { destinations: 100_000, rate: 10_000, ports: true, ipv6: true, names: true };

/** What a host without privileges and with the usual limits says of itself. */
const USUAL: Record<string, string> = {
  '/proc/sys/net/core/rmem_max': '212992\n',
  '/proc/self/status': 'Name:\tnode\nCapEff:\t0000000000000000\n',
  '/proc/sys/net/ipv4/icmp_ratelimit': '1000\n',
  '/proc/sys/net/ipv4/icmp_msgs_per_sec': '1000\n',
  '/proc/sys/net/ipv4/ip_local_port_range': '32768\t60999\n',
  '/proc/sys/net/ipv4/ip_local_reserved_ports': '\n',
  '/proc/self/limits': 'Max open files            1024                 1048576              files     \n',
  '/proc/meminfo': 'MemTotal:        8000000 kB\nMemAvailable:     409600 kB\n',
};

const host =
  (changes: Record<string, string> = {}): ReadFile =>
  (path) =>
    ({ ...USUAL, ...changes })[path];

const byCheck = (findings: Finding[]): Record<string, Finding> =>
  Object.fromEntries(findings.map((finding) => [finding.check, finding]));

describe('kernel limits', () => {
  test('a usual host does for some destinations', () => {
    const findings = kernelFindings(host(), { ...NO_LOAD, destinations: 10, rate: 10 });
    expect(findings.map(({ check, status }) => [check, status])).toEqual([
      ['receive buffer', 'ok'],
      ['ICMP limits', 'ok'],
      ['source ports', 'ok'],
      ['open files', 'ok'],
      ['memory', 'ok'],
    ]);
  });

  test('many destinations ask for more, and what would allow it is said', () => {
    const changes = {
      '/proc/sys/net/ipv4/ip_local_port_range': '1024\t65535\n',
      '/proc/self/limits': 'Max open files            256                  256                  files     \n',
    };
    const {
      'receive buffer': buffer,
      'source ports': ports,
      ...others
    } = byCheck(kernelFindings(host(changes), BUSY));
    expect(buffer).toMatchObject({ status: 'warn', advice: 'sudo sysctl -w net.core.rmem_max=33554432' });
    expect(ports).toMatchObject({
      status: 'warn',
      advice: 'sudo sysctl -w net.ipv4.ip_local_reserved_ports=16384-32767',
    });
    expect(others['open files']).toMatchObject({ status: 'warn', advice: 'ulimit -n 1024' });
    expect(others.memory).toMatchObject({
      status: 'ok',
      message: '400 MiB available, some 393 MiB needed',
    });
  });

  test('who may exceed a limit is not warned of it, and who has too little memory is', () => {
    const changes = {
      '/proc/self/status': 'CapEff:\t0000000000003000\n',
      '/proc/meminfo': 'MemAvailable:     51200 kB\n',
    };
    const { 'receive buffer': buffer, memory } = byCheck(kernelFindings(host(changes), BUSY));
    expect(buffer?.status).toBe('ok');
    expect(memory).toMatchObject({ status: 'warn', message: '50 MiB available, some 393 MiB needed' });
  });

  test('a host that tells nothing is no failure', () => {
    const findings = kernelFindings(() => undefined, BUSY);
    expect(findings.map(({ status }) => status)).not.toContain('fail');
    expect(byCheck(findings)['open files']).toMatchObject({ status: 'warn' });
  });
});

describe('the clock', () => {
  const told = (state: number, status: number, maxerror: bigint) =>
    clockFinding({
      adjtimex: ((timex: Buffer) => {
        timex.writeBigInt64LE(maxerror, 24);
        timex.writeInt32LE(status, 40);
        return state;
      }) as never,
    });

  test.each([
    [0, 0x2001, 12_345n, 'ok', 'synchronised, at most 12 ms wrong'],
    [0, 1, 800n, 'ok', 'synchronised, at most 0.8 ms wrong'],
    [0, 1, 4_000_000n, 'warn', 'synchronised, at most 4000 ms wrong'],
    [
      5,
      0x40,
      16_000_000n,
      'warn',
      'not synchronised: rtime may be wrong, round-trip times are right all the same',
    ],
    [0, 0x40, 1n, 'warn', 'not synchronised: rtime may be wrong, round-trip times are right all the same'],
  ])('state %i, status %i, error %i µs: %s', (state, status, error, expected, message) => {
    expect(told(state, status, error)).toMatchObject({ check: 'clock', status: expected, message });
  });
});

describe('the network', () => {
  const LOOPBACK = '00000000000000000000000000000001 01 80 10 80       lo\n';
  const LINK = 'fe80000000000000000000000000abcd 02 40 20 80     eth0\n';
  const GLOBAL = '20010db8000000000000000000000001 02 40 00 80     eth0\n';

  test.each([
    [LOOPBACK + LINK + GLOBAL, true, 'ok', 'this host has a global address'],
    [
      LOOPBACK + LINK,
      true,
      'warn',
      'this host has no global address: IPv6 destinations beyond it stay unsent',
    ],
    [LOOPBACK, false, 'ok', 'this host has no global address; nothing is probed by IPv6'],
  ])('IPv6 of %j', (text, ipv6, status, message) => {
    const read: ReadFile = (path) => (path === '/proc/net/if_inet6' ? text : undefined);
    expect(ipv6Finding(read, { ...NO_LOAD, ipv6 })).toMatchObject({ status, message });
  });

  test('name servers that are silent fail those who need them', async () => {
    // Nobody listens there.
    const read: ReadFile = (path) => (path === '/etc/resolv.conf' ? 'nameserver 127.0.0.99\n' : undefined);
    expect(await resolverFinding(read, { ...NO_LOAD, names: true })).toEqual({
      check: 'resolver',
      status: 'fail',
      message: 'no answer from 127.0.0.99 (ECONNREFUSED); host names among the destinations stay unsent',
      advice: 'see /etc/resolv.conf',
    });
    expect(await resolverFinding(read, NO_LOAD)).toMatchObject({ status: 'warn' });
  });
});
