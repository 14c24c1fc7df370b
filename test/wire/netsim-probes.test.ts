import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Running } from '../support/command.ts';
import { ADDRESSES, LAB, Lab } from '../support/lab.ts';
import { canMakeNamespaces, canMakeTun, hasProgram } from '../support/privileges.ts';
import { probe, url } from '../support/prober.ts';

const { web, second, natted } = ADDRESSES;

const FAMILIES = [4, 6] as const;

/** In ms. */
const DELAY = 20;
const OWN_PRECISION = 2;

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] as number;

describe.skipIf(!canMakeNamespaces() || !canMakeTun())('probes through pinger netsim', () => {
  let lab: Lab;
  let folder: string;
  let netsim: Running;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pinger-'));
    const file = join(folder, 'lab.yaml');
    writeFileSync(file, LAB);
    lab = new Lab();
    netsim = lab.netsim(file);
    await netsim.until(/Ctrl-C ends/);
  });
  afterAll(async () => {
    netsim?.child.kill('SIGINT');
    await netsim?.finished;
    lab?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs pinger in the lab to its end. */
  const run = (...args: string[]) => probe(lab, ':memory:', ...args);

  describe.each(FAMILIES)('over IPv%i', (family) => {
    test('pinger run measures what the scenario says', async () => {
      const targets = [
        web[family],
        url('tcp', web[family], 80),
        url('udp', web[family], 7),
        url('tcp', web[family], 79),
        url('udp', web[family], 53),
        url('tcp', web[family], 81),
        url('tcp', web[family], 82),
      ];
      const report = await run(...targets, '-i', '20', '-t', '500', '--duration', '1s');
      report.expectAccounted();
      const outcomes = targets.map((target) => report.distinct(target, 'outcome').join());
      expect(outcomes).toEqual(['reply', 'reply', 'reply', 'refused', 'refused', 'timeout', 'unreachable']);
      for (const target of targets.slice(0, 5)) {
        const times = report.of(target).flatMap(({ rtt }) => rtt ?? []);
        expect(Math.min(...times)).toBeGreaterThanOrEqual(DELAY);
        // What it takes until the process gets to read counts, too.
        expect(median(times) - DELAY, target).toBeLessThan(OWN_PRECISION);
      }
      const hops = await run(web[family], '--ttl', '2', '-i', '50', '--duration', '300');
      expect(hops.distinct(web[family], 'outcome', 'address')).toEqual([`ttl_exceeded ${second[family]}`]);
    });
  });

  test('behind a NAT answers and errors find back', async () => {
    const targets = [
      natted,
      url('tcp', natted, 80),
      url('udp', natted, 7),
      url('tcp', natted, 79),
      url('udp', natted, 53),
    ];
    const report = await run(...targets, '-i', '50', '--duration', '500');
    const outcomes = targets.map((target) => report.distinct(target, 'outcome').join());
    expect(outcomes).toEqual(['reply', 'reply', 'reply', 'refused', 'refused']);
    const hops = await run(...targets, '-i', '50', '--ttl', '2', '--duration', '500');
    for (const target of targets)
      expect(hops.distinct(target, 'outcome', 'address')).toEqual([`ttl_exceeded ${second[4]}`]);
  });

  test.skipIf(!hasProgram('tshark') || !hasProgram('tcpdump'))(
    'tshark finds nothing malformed in what it sends',
    async () => {
      const file = join(folder, 'netsim.pcap');
      const args = ['-n', '--immediate-mode', '-U', '-s', '0', '-i', 'pinger0', '-w', file];
      const capture = new Running(lab.start('source', 'tcpdump', ...args));
      await capture.until(/listening on/);
      const targets = [...FAMILIES.map((family) => web[family]), natted].flatMap((address) => [
        address,
        ...[79, 80, 82].map((port) => url('tcp', address, port)),
        ...[7, 53].map((port) => url('udp', address, port)),
      ]);
      for (const size of ['0', '1', '1400'])
        for (const ttl of ['2', '64'])
          await run(...targets, '--size', size, '--ttl', ttl, '-i', '50', '--duration', '200');
      capture.child.kill('SIGINT');
      await capture.finished;

      const checks = ['ip', 'tcp', 'udp'].flatMap((protocol) => ['-o', `${protocol}.check_checksum:TRUE`]);
      // What a port is known for says nothing here.
      const plain = ['udp.port==7', 'udp.port==53', 'tcp.port==79', 'tcp.port==80', 'tcp.port==82'].flatMap(
        (port) => ['-d', `${port},data`],
      );
      const sent = 'ip.dst == 192.0.2.1 || ipv6.dst == 2001:db8::1';
      const found = (filter: string) =>
        lab
          .run('source', 'tshark', '-n', '-r', file, ...checks, ...plain, '-Y', `(${sent}) && (${filter})`)
          .split('\n')
          .filter(Boolean);
      const statuses = ['ip', 'tcp', 'udp', 'icmp', 'icmpv6'].map(
        (protocol) => `${protocol}.checksum.status`,
      );
      const bad = ['_ws.malformed', ...statuses.map((status) => `${status} == 0`)];
      // Of a segment that an error quotes in part it takes the checksum for wrong.
      const quoted = '(icmp.type == 3 || icmp.type == 11 || icmpv6.type < 128) && tcp && frame.len >= 576';
      expect(found(`(${bad.join(' || ')}) && !(${quoted})`)).toEqual([]);
      // It has looked at them.
      for (const status of statuses) expect(found(`${status} == 1`).length, status).toBeGreaterThan(20);
    },
    60_000,
  );
});
