import { chownSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { MAIN, Running } from '../support/command.ts';
import { temporaryFolder } from '../support/files.ts';
import { ADDRESSES, Network } from '../support/network.ts';
import { allowDatagrams, asOrdinaryUser, ORDINARY } from '../support/ordinary.ts';
import { canMakeNamespaces, hasProgram } from '../support/privileges.ts';
import { distinct, Report, reportOf, url } from '../support/prober.ts';
import { sqlite } from '../support/sqlite-shell.ts';

const { near, target, absent, nowhere } = ADDRESSES;

const ALLOW_RAW = `sudo setcap cap_net_raw+ep ${process.execPath}`;
const ALLOW_DATAGRAMS = 'sudo sysctl -w net.ipv4.ping_group_range="0 2147483647"';

const TYPES = {
  4: { reply: 0, unreachable: 3, exceeded: 11 },
  6: { reply: 129, unreachable: 1, exceeded: 3 },
};

describe.skipIf(!canMakeNamespaces() || !hasProgram('setpriv'))('an ordinary user', () => {
  const folder = temporaryFolder();
  const file = () => join(folder(), 'pinger.db');
  let network: Network;

  beforeAll(() => {
    network = new Network();
  });
  beforeEach(() => {
    chownSync(folder(), ORDINARY, ORDINARY);
    allowDatagrams(network, 'source', true);
  });
  afterEach(() => {
    for (const host of ['source', 'router', 'target']) network.firewall(host, '');
  });
  afterAll(() => network?.close());

  const start = (...args: string[]) =>
    new Running(network.start('source', ...asOrdinaryUser(process.execPath, MAIN, ...args)));
  const startRun = (...args: string[]) => start('run', '--json', '--database', `sqlite:${file()}`, ...args);
  const run = (...args: string[]) => reportOf(startRun(...args));

  /** Of IPv4, routers without a route are slow to say so. */
  const rejectNowhere = () =>
    network.firewall(
      'router',
      `table ip t { chain prerouting { type filter hook prerouting priority 0; ip daddr ${nowhere[4]} reject with icmp type net-unreachable; }\n }`,
    );

  test('is told in one line what does not work, and how to allow it', async () => {
    const { code, stdout, stderr } = await startRun(target[4], '-i', '50', '--duration', '300').finished;
    expect(code).toBe(0);
    expect(new Report(stdout).results.length).toBeGreaterThan(0);
    const notices = stderr.split('\n').filter((line) => line.includes('socket.noticed'));
    expect(notices.map((line) => JSON.parse(line).notice)).toEqual([
      `without privileges ICMP alone is probed; TCP and UDP need raw sockets: ${ALLOW_RAW}`,
    ]);
  });

  test('where neither is allowed is told both ways in one line, exit 1, and no database is made', async () => {
    allowDatagrams(network, 'source', false);
    const { code, stdout, stderr } = await startRun(target[4], '--duration', '300').finished;
    expect(stderr).toBe(
      `pinger: raw sockets need root or the capability CAP_NET_RAW: run with sudo, or allow it once with: ${ALLOW_RAW}; ICMP alone needs no more than datagram sockets, which this allows: ${ALLOW_DATAGRAMS}\n`,
    );
    expect(`${code} ${stdout}`).toBe('1 ');
    expect(existsSync(file())).toBe(false);
  });

  test('has TCP and UDP unsent, with the reason in one line, and nothing else suffers', async () => {
    const [tcp, udp] = [url('tcp', target[4], 9), url('udp', target[6], 9)];
    const report = await run(tcp, udp, target[4], '-i', '50', '--duration', '400');
    expect(report.distinct(tcp, 'outcome', 'reason')).toEqual([`unsent TCP needs raw sockets: ${ALLOW_RAW}`]);
    expect(report.distinct(udp, 'outcome', 'reason')).toEqual([`unsent UDP needs raw sockets: ${ALLOW_RAW}`]);
    expect(report.distinct(target[4], 'outcome')).toEqual(['reply']);
    report.expectAccounted();
  });

  describe.each([4, 6] as const)('probes IPv%i', (family) => {
    const types = TYPES[family];
    const rtype = family === 4 ? 1 : 58;

    test('and every column says what happened, timed by the kernel', async () => {
      const report = await run(target[family], '-i', '20', '--duration', '1s', '--data', 'some data');
      expect(
        report.distinct(
          target[family],
          'outcome',
          'address',
          'rtype',
          'icmptype',
          'rcode',
          'rid',
          'rttl',
          'datamatch',
        ),
      ).toEqual([`reply ${target[family]} ${rtype} ${types.reply} 0 1 63 true`]);
      report.expectAccounted();
      expect(report.counters).toMatchObject({ foreign: 0, ignored: 0, dropped: 0 });
      const rtts = report.results.map(({ rtt }) => rtt as number).sort((a, b) => a - b);
      expect(rtts.length).toBeGreaterThan(40);
      expect(rtts[0]).toBeGreaterThan(0);
      // A process takes longer than that to be told of a packet.
      expect(rtts[rtts.length >> 1]).toBeLessThan(0.1);
    });

    test('of all sizes that fit a packet', async () => {
      for (const size of [0, 1464, 20_000, family === 4 ? 65_499 : 65_519]) {
        const report = await run(target[family], '-i', '100', '--duration', '250', '--size', `${size}`);
        expect(report.distinct(target[family], 'outcome', 'datamatch'), `${size}`).toEqual(['reply true']);
        network.run('source', 'rm', '-f', file());
      }
    });

    test('and gets the errors of routers, with their address and TTL', async () => {
      const router = await run(target[family], '-i', '20', '--duration', '400', '--ttl', '1');
      expect(
        router.distinct(
          target[family],
          'outcome',
          'address',
          'rtype',
          'icmptype',
          'rcode',
          'rid',
          'rttl',
          'datamatch',
        ),
      ).toEqual([`ttl_exceeded ${near[family]} ${rtype} ${types.exceeded} 0 1 64 null`]);
      router.expectAccounted();
      const rtts = router.results.map(({ rtt }) => rtt as number).sort((a, b) => a - b);
      expect(rtts[0]).toBeGreaterThan(0);
      expect(rtts[rtts.length >> 1]).toBeLessThan(0.1);

      rejectNowhere();
      const lost = await run(nowhere[family], '-i', '20', '--duration', '400');
      expect(lost.distinct(nowhere[family], 'outcome', 'address', 'icmptype', 'rcode')).toEqual([
        `unreachable ${near[family]} ${types.unreachable} 0`,
      ]);
      lost.expectAccounted();
    });

    test('and knows errors that come late from timeouts', async () => {
      const { results, counters } = await run(absent[family], '-i', '200', '-t', '250', '--duration', '4s');
      const outcomes = new Set(results.map(({ outcome }) => outcome));
      for (const outcome of ['timeout', 'late']) expect(outcomes).toContain(outcome);
      expect(results.filter(({ outcome }) => outcome === 'late').map(({ address }) => address)).toContain(
        near[family],
      );
      expect(counters.foreign).toBe(0);
    });

    test('and destinations beyond a router that answers for another do not suffer from its errors', async () => {
      rejectNowhere();
      // They share one socket, which each error makes fail once.
      const report = await run(target[family], nowhere[family], near[family], '-i', '5', '--duration', '1s');
      expect(report.distinct(target[family], 'outcome')).toEqual(['reply']);
      expect(report.distinct(near[family], 'outcome')).toEqual(['reply']);
      expect(report.distinct(nowhere[family], 'outcome')).toEqual(['unreachable']);
      report.expectAccounted();
    });

    test("and this host's own refusals are unsent, never lost", async () => {
      network.run('source', 'ip', `-${family}`, 'route', 'add', 'unreachable', nowhere[family]);
      const { results, counters } = await run(nowhere[family], '-i', '50', '--duration', '300').finally(() =>
        network.run('source', 'ip', `-${family}`, 'route', 'del', 'unreachable', nowhere[family]),
      );
      expect(distinct(results, 'outcome', 'reason')).toEqual(['unsent No route to host']);
      expect(counters.sent).toBe(0);
    });

    test('200 times at one address, each with an identifier of its own', async () => {
      const seed = await run(target[family], '--duration', '50');
      expect(seed.counters.dropped).toBe(0);
      sqlite(
        file(),
        `WITH RECURSIVE n(i) AS (SELECT 2 UNION SELECT i + 1 FROM n WHERE i < 200)
        INSERT INTO destinations (address, protocol, interval, timeout) SELECT '${target[family]}', ${family === 4 ? 3 : 6}, 200, 1000 FROM n`,
      );
      const report = await run('--duration', '1500');
      expect(distinct(report.results, 'outcome')).toEqual(['reply']);
      const lanes = distinct(report.results, 'destination_id', 'rid').map((line) =>
        line.split(' ').map(Number),
      );
      expect(lanes).toHaveLength(200);
      expect(new Set(lanes.map(([, rid]) => rid))).toEqual(
        new Set(Array.from({ length: 200 }, (_, n) => n + 1)),
      );
      report.expectAccounted();
      expect(report.counters).toMatchObject({ foreign: 0, dropped: 0 });
    });

    test('beside another program that has its identifier: one unsent, and then the next identifier', async () => {
      // ping has a capability of its own, and would not start where it cannot get that.
      const held = network.start(
        'source',
        ...['setpriv', '--reuid', `${ORDINARY}`, '--regid', `${ORDINARY}`, '--clear-groups'],
        ...['ping', '-e', '1', '-i', '0.2', '-w', '20', target[family]],
      );
      await new Promise((resolve) => held.stdout?.once('data', resolve));
      const report = await run(target[family], near[family], '-i', '50', '--duration', '500');
      held.kill();
      const [first, ...others] = report.results.filter(({ rid }) => rid === 1);
      expect(first).toMatchObject({
        outcome: 'unsent',
        reason: 'ICMP identifier 1 of this host: another program has it',
      });
      // Those that fell due in the same turn have it, too.
      for (const other of others) expect(other).toMatchObject({ outcome: 'unsent', rseq: 0 });
      const rest = report.results.filter(({ rid }) => rid !== 1);
      expect(distinct(rest, 'outcome', 'rid')).toEqual(['reply 2']);
      report.expectAccounted();
    });

    test('and traces the path to a host', async () => {
      const { code, stdout, stderr } = await start(
        ...['trace', '--numeric', '--json', '-c', '3', '-i', '100', '-t', '300', target[family]],
      ).finished;
      expect(stderr).toMatch(/^Path to [^\n]*\n$/);
      expect(code).toBe(0);
      const hops = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(hops.map(({ addresses, received }) => [addresses[0].address, received])).toEqual([
        [near[family], 3],
        [target[family], 3],
      ]);
    });
  });

  test('is told why a path is not traced by TCP', async () => {
    const { code, stderr } = await start(
      'trace',
      '-n',
      '-c',
      '2',
      '-i',
      '100',
      '-t',
      '300',
      url('tcp', target[4], 80),
    ).finished;
    expect(stderr.split('\n')[1]).toBe(`pinger: no probe could be sent: TCP needs raw sockets: ${ALLOW_RAW}`);
    expect(code).toBe(1);
  });

  test('has what its own firewall drops unsent; of IPv6 the kernel does not say it', async () => {
    network.firewall(
      'source',
      `table inet t { chain output { type filter hook output priority 0; ip daddr ${target[4]} drop; ip6 daddr ${target[6]} drop; }\n }`,
    );
    const report = await run(target[4], target[6], '-i', '50', '-t', '100', '--duration', '300');
    expect(report.distinct(target[4], 'outcome', 'reason')).toEqual(['unsent Operation not permitted']);
    expect(report.distinct(target[6], 'outcome')).toEqual(['timeout']);
  });

  test('probes both IP versions with one identifier, which stays its own', async () => {
    const running = startRun(target[4], target[6], '-i', '50', '--duration', '3s');
    await running.until(/"rseq":4/);
    const second = await reportOf(
      new Running(
        network.start(
          'source',
          ...asOrdinaryUser(process.execPath, MAIN, 'run', '--json', '--database', 'sqlite::memory:'),
          ...[target[4], target[6], '-i', '50', '--duration', '500'],
        ),
      ),
    );
    const first = await reportOf(running);
    expect(distinct(first.results, 'outcome', 'rid')).toEqual(['reply 1']);
    expect(
      distinct(
        second.results.filter(({ outcome }) => outcome !== 'unsent'),
        'outcome',
        'rid',
      ),
    ).toEqual(['reply 2']);
    expect(second.results.filter(({ outcome }) => outcome === 'unsent').length).toBeLessThanOrEqual(2);
    expect(first.counters.foreign + second.counters.foreign).toBe(0);
  });

  test('errors that a router makes up throw nothing, and are nobody’s', async () => {
    const running = startRun(target[4], target[6], '-i', '50');
    await running.until(/"rseq":4/);
    const complainer = await network.complain(10_000, 1);
    await new Promise((resolve) => complainer.once('exit', resolve));
    running.child.kill('SIGINT');
    const report = await reportOf(running);
    expect(distinct(report.results, 'outcome', 'reason')).toEqual(['reply undefined']);
    report.expectAccounted();
    expect(report.counters.foreign).toBeGreaterThan(100);
    expect(report.counters.ignored).toBeGreaterThan(100);
  });

  describe('of a host that misbehaves', () => {
    const both = [target[4], target[6]];
    const behaving = async (behaviour: Parameters<Network['misbehave']>[0], ...args: string[]) => {
      const [before, misbehaving] = [network, new Network()];
      network = misbehaving;
      try {
        allowDatagrams(misbehaving, 'source', true);
        await misbehaving.misbehave(behaviour);
        return await run(...both, ...args);
      } finally {
        misbehaving.close();
        network = before;
      }
    };

    test('has replies after the timeout late', async () => {
      const report = await behaving({ delay: 300 }, '-i', '100', '-t', '150', '--duration', '1s');
      for (const address of both) {
        expect(report.distinct(address, 'outcome')).toEqual(['late', 'timeout']);
        for (const { outcome, rtt } of report.of(address))
          if (outcome === 'late') expect(rtt).toBeGreaterThan(299);
      }
    });

    test('is known by its errors, be their quotes as short as they may', async () => {
      const report = await behaving({ reject: true }, '-i', '50', '--duration', '400', '--data', 'some data');
      for (const family of [4, 6] as const)
        expect(report.distinct(target[family], 'outcome', 'address', 'rcode')).toEqual([
          `unreachable ${target[family]} ${family === 4 ? 1 : 3}`,
        ]);
      report.expectAccounted();
    });

    test('has every answer beyond the first a duplicate, and forged ones nobody’s', async () => {
      const report = await behaving({ copies: 3, forge: true }, '-i', '50', '--duration', '400');
      for (const address of both) {
        const { received, duplicate, loss } = report.summary(address);
        expect(received).toBeGreaterThan(4);
        expect([2 * received - 2, 2 * received - 1, 2 * received]).toContain(duplicate);
        expect(loss).toBe(0);
      }
      expect(report.counters.foreign).toBeGreaterThanOrEqual(report.counters.sent - 2);
    });

    test('is told of data that comes back changed; what has a wrong checksum the kernel drops', async () => {
      const changed = await behaving(
        { corrupt: 'data' },
        '-i',
        '50',
        '--duration',
        '300',
        '--data',
        'some data',
      );
      for (const address of both)
        expect(changed.distinct(address, 'outcome', 'datamatch')).toEqual(['reply false']);
      const broken = await behaving(
        { corrupt: 'checksum' },
        ...['-i', '50', '-t', '100', '--duration', '300', '--data', 'some data'],
      );
      expect(broken.distinct(target[4], 'outcome')).toEqual(['timeout']);
    });
  });
});
