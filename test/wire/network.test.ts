import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MAIN, Running } from '../support/command.ts';
import { temporaryFolder } from '../support/files.ts';
import { ADDRESSES, Network } from '../support/network.ts';
import { canMakeNamespaces } from '../support/privileges.ts';
import { hasRawSocketPackage } from '../support/raw-socket-package.ts';

const { near, target, absent, nowhere } = ADDRESSES;

interface Line {
  type: string;
  destination: string;
  outcome: string;
  address: string | null;
  rtt: number | null;
  rtype: number | null;
  rcode: number | null;
  icmptype: number | null;
  rseq: number;
  datamatch: boolean | null;
  reason?: string;
}

describe.skipIf(!canMakeNamespaces())('across a network', () => {
  const folder = temporaryFolder();
  const file = () => join(folder(), 'pinger.db');
  let network: Network;

  beforeAll(() => {
    network = new Network();
  });
  afterAll(() => network?.close());

  const start = (...args: string[]) =>
    new Running(
      network.start(
        'source',
        process.execPath,
        MAIN,
        'run',
        '--json',
        '--database',
        `sqlite:${file()}`,
        ...args,
      ),
    );

  /** Runs pinger on the source and returns what it printed. */
  async function run(...args: string[]) {
    const { code, stdout, stderr } = await start(...args).finished;
    expect(`${code} ${stderr}`).toMatch(/^0 /);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line & Record<string, number>);
    return {
      results: lines.filter(({ type }) => type === 'result'),
      of: (destination: string) =>
        lines.filter((line) => line.type === 'result' && line.destination === destination),
      summary: (destination: string) =>
        lines.find((line) => line.type === 'summary' && line.destination === destination),
      counters: lines.at(-1) as Line & Record<string, number>,
    };
  }

  const distinct = (results: Line[], columns: (keyof Line)[]) =>
    [...new Set(results.map((result) => columns.map((column) => String(result[column])).join(' ')))].sort();

  describe.each([4, 6] as const)('of IPv%i', (family) => {
    const icmp = family === 4 ? 1 : 58;
    const types = family === 4 ? { unreachable: 3, exceeded: 11 } : { unreachable: 1, exceeded: 3 };

    test('a host two hops away replies, its TTL one lower', async () => {
      const { results, summary } = await run(
        target[family],
        '-i',
        '50',
        '--duration',
        '500',
        '--size',
        '1000',
      );
      expect(results.length).toBeGreaterThan(5);
      expect(distinct(results, ['outcome', 'address', 'rtype', 'datamatch'])).toEqual([
        `reply ${target[family]} ${icmp} true`,
      ]);
      expect(summary(target[family])).toMatchObject({ loss: 0, corrupt: 0, received: results.length });
    });

    test('with a TTL of 1 the router answers for itself', async () => {
      const { results } = await run(target[family], '-i', '50', '--duration', '300', '--ttl', '1');
      expect(distinct(results, ['outcome', 'address', 'icmptype', 'rcode', 'datamatch'])).toEqual([
        `ttl_exceeded ${near[family]} ${types.exceeded} 0 null`,
      ]);
    });

    test('what a router has no route to is unreachable, and it says so', async () => {
      // Linux itself would say so for IPv4 no more than once a second, which nothing can turn off.
      network.firewall(
        'router',
        `table ip t { chain prerouting { type filter hook prerouting priority 0; ip daddr ${nowhere[4]} reject with icmp type net-unreachable; }\n }`,
      );
      const { results } = await run(nowhere[family], '-i', '50', '--duration', '300').finally(() =>
        network.firewall('router', ''),
      );
      expect(distinct(results, ['outcome', 'address', 'icmptype', 'rcode'])).toEqual([
        `unreachable ${near[family]} ${types.unreachable} 0`,
      ]);
    });

    test('a host that is not there: timeouts, and what the router says after them is late', async () => {
      const { results, summary } = await run(absent[family], '-i', '200', '-t', '250', '--duration', '1s');
      expect(new Set(results.map(({ outcome }) => outcome))).toContain('timeout');
      const figures = summary(absent[family]);
      expect(figures).toMatchObject({ received: 0, loss: 1 });
      expect(figures?.sent).toBe((figures?.timeout ?? 0) + (figures?.unreachable ?? 0));
    });

    test.each(
      family === 4
        ? [
            ['host-prohibited', 10],
            ['admin-prohibited', 13],
            ['net-unreachable', 0],
          ]
        : [
            ['admin-prohibited', 1],
            ['addr-unreachable', 3],
            ['no-route', 0],
          ],
    )(
      'a firewall that rejects with %s is unreachable with code %i, said by the host itself',
      async (reject, code) => {
        const kind = family === 4 ? 'icmp' : 'icmpv6';
        network.firewall(
          'target',
          `table inet t { chain input { type filter hook input priority 0; ${kind} type echo-request reject with ${kind} type ${reject}; }\n }`,
        );
        const { results } = await run(target[family], '-i', '50', '--duration', '200').finally(() =>
          network.firewall('target', ''),
        );
        expect(distinct(results, ['outcome', 'address', 'icmptype', 'rcode'])).toEqual([
          `unreachable ${target[family]} ${types.unreachable} ${code}`,
        ]);
      },
    );

    test("this host's own firewall and its missing routes make probes unsent, never lost", async () => {
      network.firewall(
        'source',
        `table inet t { chain output { type filter hook output priority 0; ip daddr ${target[4]} drop; ip6 daddr ${target[6]} drop; }\n }`,
      );
      network.run('source', 'ip', `-${family}`, 'route', 'add', 'unreachable', nowhere[family]);
      const { of, summary, counters } = await run(
        target[family],
        nowhere[family],
        '-i',
        '50',
        '--duration',
        '300',
      ).finally(() => {
        network.firewall('source', '');
        network.run('source', 'ip', `-${family}`, 'route', 'del', 'unreachable', nowhere[family]);
      });
      expect(distinct(of(target[family]), ['outcome', 'reason'])).toEqual(['unsent Operation not permitted']);
      expect(distinct(of(nowhere[family]), ['outcome', 'reason'])).toEqual(['unsent No route to host']);
      expect(summary(target[family])).toMatchObject({ sent: 0, loss: null });
      expect(counters.sent).toBe(0);
    });
  });

  describe.skipIf(!hasRawSocketPackage())('of a host that misbehaves', () => {
    const both = [target[4], target[6]];
    const behaving = async (behaviour: Parameters<Network['misbehave']>[0], ...args: string[]) => {
      const misbehaving = new Network();
      const before = network;
      network = misbehaving;
      try {
        await misbehaving.misbehave(behaviour);
        return await run(...both, ...args);
      } finally {
        misbehaving.close();
        network = before;
      }
    };

    test('replies after the timeout are late, on top of the timeouts', async () => {
      const { of } = await behaving({ delay: 300, every: 2 }, '-i', '100', '-t', '150', '--duration', '1s');
      for (const address of both) {
        const results = of(address);
        const sequences = (outcome: string) =>
          results.filter((result) => result.outcome === outcome).map(({ rseq }) => rseq);
        expect(sequences('late').length).toBeGreaterThan(3);
        // The last one's answer would come after the end.
        expect(sequences('timeout').slice(0, sequences('late').length)).toEqual(sequences('late'));
        expect(sequences('timeout').every((rseq) => rseq % 2 === 0)).toBe(true);
        expect(sequences('reply').every((rseq) => rseq % 2 === 1)).toBe(true);
        for (const { outcome, rtt } of results) if (outcome === 'late') expect(rtt).toBeGreaterThan(299);
      }
    });

    test('every answer beyond the first is a duplicate', async () => {
      const { summary } = await behaving({ copies: 3 }, '-i', '50', '--duration', '400');
      for (const address of both) {
        const { received = 0, duplicate, loss } = summary(address) as Record<string, number>;
        expect(received).toBeGreaterThan(4);
        // Those to the last probe may come after the end.
        expect([2 * received - 2, 2 * received - 1, 2 * received]).toContain(duplicate);
        expect(loss).toBe(0);
      }
    });

    test('data that comes back changed is told, whether or not the checksum gives it away', async () => {
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
        expect(distinct(changed.of(address), ['outcome', 'datamatch'])).toEqual(['reply false']);
      const broken = await behaving(
        { corrupt: 'checksum' },
        '-i',
        '50',
        '-t',
        '100',
        '--duration',
        '300',
        '--data',
        'some data',
      );
      expect(broken.summary(target[4])).toMatchObject({ loss: 0, corrupt: broken.of(target[4]).length });
    });

    test('forged replies with the right identifier and sequence are dropped and counted', async () => {
      const { of, counters } = await behaving({ forge: true }, '-i', '50', '--duration', '400');
      for (const address of both)
        expect(distinct(of(address), ['outcome', 'datamatch'])).toEqual(['reply true']);
      expect(counters.foreign).toBe(of(target[4]).length + of(target[6]).length);
    });
  });

  test('a datagram that is just too long for a link of 576 bytes goes in fragments', async () => {
    const mtu = (bytes: number) => network.run('source', 'ip', 'link', 'set', 'lo', 'mtu', String(bytes));
    mtu(576);
    const { results } = await run(
      'udp://127.0.0.1:9',
      '--size',
      '549',
      '-i',
      '50',
      '--duration',
      '300',
    ).finally(() => mtu(65_536));
    expect(distinct(results, ['outcome', 'rcode'])).toEqual(['refused 3']);
  });
});
