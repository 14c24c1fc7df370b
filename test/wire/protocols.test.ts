import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/files.ts';
import { INTERNET, Internet } from '../support/internet.ts';
import { canMakeNamespaces } from '../support/privileges.ts';
import {
  distinct,
  makeDatabase,
  probe,
  type Report,
  reportOf,
  startProbing,
  url,
} from '../support/prober.ts';
import { sqlite } from '../support/sqlite-shell.ts';
import { TELLS_HOP_LIMIT } from '../support/transport.ts';

const { target, other, first, second } = INTERNET;

const OPEN = 80;
const ECHO = 7;
const SILENT = 9;
const DIFFERENT = 19;
/** Nobody listens there; the firewall drops or resets the others. */
const CLOSED = 4000;
const DROPPED = 4001;
const RESET = 4002;

/** Of TCP and UDP probes of sourceid 7: 0x4000 + 7 * 64, and 64 of them. */
const SOURCEID = 7;
const PORTS = { first: 0x41c0, last: 0x41ff };

describe.skipIf(!canMakeNamespaces())('all protocols', () => {
  const folder = temporaryFolder();
  const file = () => join(folder(), 'pinger.db');
  let internet: Internet;

  beforeAll(async () => {
    internet = new Internet();
    await internet.serve('target', {
      tcp: [OPEN, 443],
      echo: [ECHO, 53],
      silent: [SILENT],
      different: [DIFFERENT],
    });
    internet.firewall(
      'target',
      `table inet t { chain input { type filter hook input priority 0;
        tcp dport ${DROPPED} drop; udp dport ${DROPPED} drop; tcp dport ${RESET} reject with tcp reset;
      }\n }`,
    );
  });
  afterAll(() => internet?.close());

  const run = (...args: string[]) => probe(internet, file(), ...args);

  /** A table that has a source of that name and number, and nothing else. */
  async function prepare(name: string, sourceid: number): Promise<void> {
    await makeDatabase(file());
    sqlite(
      file(),
      `INSERT INTO sources (name, location, host, sourceid) VALUES ('${name}', 3, 4, ${sourceid})`,
    );
  }

  describe.each([4, 6] as const)('of IPv%i', (family) => {
    const host = target[family];
    const tcp = (port: number) => url('tcp', host, port);
    const udp = (port: number) => url('udp', host, port);
    let report: Report;

    const columns = ['outcome', 'address', 'rtype', 'icmptype', 'rcode', 'datamatch'] as const;
    const expectEach = (label: string, ...expected: string[]) => {
      expect(report.of(label).length, label).toBeGreaterThan(5);
      expect(report.distinct(label, ...columns), label).toEqual(expected);
    };

    test('ports that are open, closed, silent and filtered, and everything sent is accounted for', async () => {
      const icmp =
        family === 4 ? { type: 1, unreachable: 3, port: 3 } : { type: 58, unreachable: 1, port: 4 };
      const refused = `refused ${host} ${icmp.type} ${icmp.unreachable} ${icmp.port} null`;
      const nobody = 'timeout null null null null null';
      report = await run(
        ...[OPEN, CLOSED, DROPPED, RESET].map(tcp),
        ...[ECHO, SILENT, DIFFERENT, CLOSED, DROPPED].map(udp),
        ...['-i', '50', '-t', '200', '--duration', '600', '--data', 'some data'],
      );
      expectEach(tcp(OPEN), `reply ${host} 6 null 0 null`);
      expectEach(tcp(CLOSED), `refused ${host} 6 null 0 null`);
      expectEach(tcp(RESET), `refused ${host} 6 null 0 null`);
      expectEach(tcp(DROPPED), nobody);
      expectEach(udp(ECHO), `reply ${host} 17 null 0 true`);
      expectEach(udp(DIFFERENT), `reply ${host} 17 null 0 false`);
      expectEach(udp(SILENT), nobody);
      expectEach(udp(CLOSED), refused);
      expectEach(udp(DROPPED), nobody);
      for (const label of [tcp(OPEN), udp(ECHO)])
        expect(distinct(report.of(label), 'rttl')).toEqual([family === 4 || TELLS_HOP_LIMIT ? '62' : 'null']);
      expect(report.counters).toMatchObject({ foreign: 0, dropped: 0 });
      report.expectAccounted();
    });

    test.each(['1', '2'])('with a TTL of %s a router answers for itself', async (ttl) => {
      const router = ttl === '1' ? first : second;
      const exceeded = family === 4 ? '1 11 0' : '58 3 0';
      const labels = [host, tcp(OPEN), udp(ECHO)];
      report = await run(...labels, '-i', '50', '--duration', '500', '--ttl', ttl);
      for (const label of labels) expectEach(label, `ttl_exceeded ${router[family]} ${exceeded} null`);
      report.expectAccounted();
    });

    test('identifiers carry the sourceid: of ICMP in the high byte, of TCP and UDP in the source port', async () => {
      await prepare('seven', SOURCEID);
      const labels = [host, tcp(OPEN), udp(ECHO)];
      report = await run(...labels, '--source', 'seven', '-i', '10', '--duration', '1s');
      const identifiers = (label: string) => report.of(label).map(({ rid }) => rid ?? Number.NaN);
      expect([...new Set(identifiers(host))]).toEqual([SOURCEID << 8]);
      for (const label of [tcp(OPEN), udp(ECHO)]) {
        const used = identifiers(label);
        expect(used.length).toBeGreaterThan(64);
        expect(new Set(used).size).toBe(64);
        expect(Math.min(...used)).toBe(PORTS.first);
        expect(Math.max(...used)).toBe(PORTS.last);
      }
      report.expectAccounted();
    });

    test('many destinations on one port of one host, and one on each of many ports, never mix', async () => {
      await prepare('here', 0);
      const { tcp: tcpProtocol, udp: udpProtocol } = family === 4 ? { tcp: 2, udp: 1 } : { tcp: 5, udp: 4 };
      const rows = [0, 1, 2, 3, 4].flatMap((row) => [
        `('${host}', ${tcpProtocol}, ${OPEN}, ${10 + row}, '${'d'.repeat(row)}')`,
        `('${host}', ${udpProtocol}, ${ECHO}, ${10 + row}, 'data of row ${row}')`,
      ]);
      const ports = [...Array(20).keys()].map(
        (port) => `('${host}', ${tcpProtocol}, ${CLOSED + 10 + port}, 20, '')`,
      );
      sqlite(
        file(),
        `INSERT INTO destinations (address, protocol, port, interval, data) VALUES ${[...rows, ...ports].join(', ')}`,
      );
      report = await run('--source', 'here', '--duration', '1s');
      expect(report.distinct(tcp(OPEN), 'outcome', 'datamatch')).toEqual(['reply null']);
      // Each has other data, so that an answer taken for another's would not match.
      expect(report.distinct(udp(ECHO), 'outcome', 'datamatch')).toEqual(['reply true']);
      expect(new Set(report.of(udp(ECHO)).map(({ destination_id }) => destination_id)).size).toBe(5);
      for (let port = 0; port < 20; port++)
        expect(report.distinct(tcp(CLOSED + 10 + port), 'outcome')).toEqual(['refused']);
      expect(report.counters.foreign).toBe(0);
      report.expectAccounted();
    });
  });

  test('TCP probing leaves no connection at the target and holds no port here, UDP probing holds 64', async () => {
    const hosts = [target[4], target[6]];
    const sockets = () => internet.run('source', 'ss', '-H', '-tuan').split('\n').filter(Boolean);
    const probing = startProbing(
      internet,
      file(),
      ...hosts.flatMap((host) => [url('tcp', host, OPEN), url('tcp', host, 443)]),
      ...['-i', '5', '--duration', '1500'],
    );
    await probing.until(/"rseq":200,/);
    expect(sockets()).toEqual([]);
    const report = await reportOf(probing);
    expect(distinct(report.results, 'outcome')).toEqual(['reply']);
    const [listening = [], rest = []] = ['listening', 'connected'].map((state) =>
      internet.run('target', 'ss', '-H', '-tan', 'state', state).split('\n').filter(Boolean),
    );
    expect(rest).toEqual([]);
    // Receive queue, that of a listener's accepted connections.
    expect(listening.map((line) => line.trim().split(/\s+/)[0])).toEqual(['0', '0']);

    const udp = startProbing(internet, file(), url('udp', target[4], ECHO), '-i', '5', '--duration', '2s');
    await udp.until(/"rseq":200,.*"rtype":17/s);
    const held = sockets();
    const after = await reportOf(udp);
    expect(after.of(url('udp', target[4], ECHO)).length).toBeGreaterThan(64);
    expect(held.filter((line) => line.startsWith('udp'))).toHaveLength(64);
    expect(sockets()).toEqual([]);
  });

  test('hosts that answer from a second target are told from the first', async () => {
    const labels = [url('tcp', target[4], OPEN), url('tcp', other[4], OPEN), url('udp', other[6], ECHO)];
    const report = await run(...labels, '-i', '20', '--duration', '400');
    expect(labels.map((label) => report.distinct(label, 'outcome', 'address'))).toEqual([
      [`reply ${target[4]}`],
      [`refused ${other[4]}`],
      [`refused ${other[6]}`],
    ]);
  });
});
