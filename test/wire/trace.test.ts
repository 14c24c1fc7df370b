import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Finished, MAIN, pinger, Running } from '../support/command.ts';
import { temporaryFolder } from '../support/files.ts';
import { ADDRESSES, Network } from '../support/network.ts';
import { canMakeNamespaces, canOpenRawSockets, hasProgram } from '../support/privileges.ts';

const { source, near, target, absent, nowhere } = ADDRESSES;

interface HopLine {
  hop: number;
  addresses: { address: string; name: string | null }[];
  sent: number;
  received: number;
  loss: number | null;
  avg: number | null;
  outcomes: Record<string, number>;
  icmptype: number | null;
  rcode: number | null;
}

const hopsOf = ({ stdout }: Finished): HopLine[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as HopLine);

const addressesOf = (hops: HopLine[]) =>
  hops.map(({ addresses }) => addresses.map(({ address }) => address).join(' '));

const url = (protocol: string, family: 4 | 6, port = '') =>
  `${protocol}://${family === 6 ? `[${target[6]}]` : target[4]}${port}`;

describe.skipIf(!canMakeNamespaces())('pinger trace, across a network', () => {
  const folder = temporaryFolder();
  let network: Network;

  beforeAll(() => {
    network = new Network();
  });
  afterAll(() => network?.close());

  const start = (...args: string[]) =>
    new Running(network.start('source', process.execPath, MAIN, 'trace', '--numeric', ...args));

  /** A trace from the source of four quick probes to each hop, as JSON. */
  async function trace(...args: string[]) {
    const finished = await start('-c', '4', '-i', '100', '-t', '300', '--json', ...args).finished;
    return { ...finished, hops: hopsOf(finished) };
  }

  /** Has the target listen on a TCP port while `work` goes on. */
  async function listening<T>(port: number, work: () => Promise<T>): Promise<T> {
    const script = `require('node:net').createServer().listen(${port}, '::', () => console.log('listening'))`;
    const child = network.start('target', process.execPath, '-e', script);
    try {
      await new Promise((resolve) => child.stdout?.once('data', resolve));
      return await work();
    } finally {
      child.kill();
    }
  }

  describe.each([4, 6] as const)('of IPv%i', (family) => {
    test.each([
      ['icmp', target[family], 'reply'],
      ['udp, which finds its port closed', url('udp', family), 'refused'],
      ['tcp, which finds its port closed', url('tcp', family, ':9'), 'refused'],
    ])('the router and the target answer for themselves: %s', async (_, address, outcome) => {
      const { code, hops, stderr } = await trace(address);
      expect(stderr).toMatch(/^Path to .*: 4 probes to each hop, 30 hops at most[.] Ctrl-C ends[.]\n$/);
      expect(code).toBe(0);
      expect(addressesOf(hops)).toEqual([near[family], target[family]]);
      expect(hops.map(({ hop, sent, loss }) => ({ hop, sent, loss }))).toEqual([
        { hop: 1, sent: 4, loss: 0 },
        { hop: 2, sent: 4, loss: 0 },
      ]);
      expect(hops[0]?.outcomes.ttl_exceeded).toBe(4);
      expect(hops[1]?.outcomes[outcome]).toBe(4);
    });

    test('tcp, which finds its port open', async () => {
      const { code, hops } = await listening(8080, () => trace(url('tcp', family, ':8080')));
      expect(code).toBe(0);
      expect(addressesOf(hops)).toEqual([near[family], target[family]]);
      expect(hops[1]?.outcomes.reply).toBe(4);
    });

    test('a router that says nothing is ???, and the target behind it is found', async () => {
      network.firewall(
        'router',
        'table inet t { chain output { type filter hook output priority 0; icmp type time-exceeded drop; icmpv6 type time-exceeded drop; }\n }',
      );
      const args = ['-c', '3', '-i', '100', '-t', '300', target[family]];
      const { code, stdout } = await start(...args).finished.finally(() => network.firewall('router', ''));
      expect(code).toBe(0);
      const [, first, second, ...rest] = stdout.split('\n');
      expect(first).toMatch(/^ {2}1 {2}[?]{3} +100% +3 +- +- +- +- +-$/);
      expect(second).toMatch(new RegExp(`^  2  ${target[family]} +0% +3 `));
      expect(rest).toEqual(['']);
    });

    test('a target that says nothing: one silent hop is shown, and exit 1 says so', async () => {
      network.firewall(
        'target',
        'table inet t { chain input { type filter hook input priority 0; icmp type echo-request drop; icmpv6 type echo-request drop; }\n }',
      );
      const { code, stderr, hops } = await trace(target[family]).finally(() =>
        network.firewall('target', ''),
      );
      expect(addressesOf(hops)).toEqual([near[family], '']);
      expect(hops[1]).toMatchObject({ sent: 4, received: 0, loss: 1, avg: null });
      expect(stderr).toContain(`pinger: ${target[family]} has not answered within 300ms\n`);
      expect(code).toBe(1);
    });

    test('who says that there is no way ends the path, and says why', async () => {
      network.firewall(
        'router',
        `table inet t { chain forward { type filter hook forward priority 0; ip daddr ${target[4]} reject with icmp type admin-prohibited; ip6 daddr ${target[6]} reject with icmpv6 type admin-prohibited; }\n }`,
      );
      const args = ['-c', '3', '-i', '100', '-t', '300', target[family]];
      const { code, stdout } = await start(...args).finished.finally(() => network.firewall('router', ''));
      // The router that may not forward a packet still says first that its time is over.
      expect(stdout).toMatch(
        new RegExp(
          `\\n  1  ${near[family]} +0% .*\\n  2  ${near[family]} +0% +3 .*  !X administratively prohibited\\n$`,
        ),
      );
      expect(code).toBe(1);
    });

    test('what this host itself has no route to cannot be traced, and that is said at once', async () => {
      network.run('source', 'ip', `-${family}`, 'route', 'add', 'unreachable', nowhere[family]);
      const { code, stderr, stdout } = await trace('-c', '100', nowhere[family]).finally(() =>
        network.run('source', 'ip', `-${family}`, 'route', 'del', 'unreachable', nowhere[family]),
      );
      expect(stdout).toBe('');
      expect(stderr).toContain('pinger: no probe could be sent: No route to host\n');
      expect(code).toBe(1);
    });
  });

  test('a host that is not there: what the router says of it is late, and the end all the same', async () => {
    const args = ['-c', '5', '-i', '1s', '-t', '100', '--json', absent[4]];
    const finished = await start(...args).finished;
    const hops = hopsOf(finished);
    expect(addressesOf(hops)).toEqual([near[4], near[4]]);
    expect(hops[1]).toMatchObject({ icmptype: 3, rcode: 1 });
    expect(finished.code).toBe(1);
  });

  test('not one probe more than asked for leaves, however short the interval, and few go too far', async () => {
    network.firewall(
      'source',
      `table ip t {
        counter first { }
        counter last { }
        counter beyond { }
        chain output {
          type filter hook output priority 0;
          ip daddr ${target[4]} ip ttl 1 counter name first
          ip daddr ${target[4]} ip ttl 2 counter name last
          ip daddr ${target[4]} ip ttl > 2 counter name beyond
        }
      }`,
    );
    const args = ['-c', '7', '-i', '20', '-t', '300', '--json', target[4]];
    const { code } = await start(...args).finished;
    const { nftables } = JSON.parse(network.run('source', 'nft', '-j', 'list', 'counters'));
    network.firewall('source', '');
    const packets = Object.fromEntries(
      (nftables as { counter?: { name: string; packets: number } }[]).flatMap(({ counter }) =>
        counter ? [[counter.name, counter.packets]] : [],
      ),
    );
    expect(code).toBe(0);
    expect(packets).toMatchObject({ first: 7, last: 7 });
    expect(packets.beyond).toBeLessThanOrEqual(3);
  });

  test('Ctrl-C ends it early, with what is known by then', async () => {
    const running = start('-c', '1000', '-i', '100', '-t', '10s', '--json', target[4]);
    await running.until(/Ctrl-C ends/);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    running.child.kill('SIGINT');
    const finished = await running.finished;
    expect(finished.code).toBe(0);
    const hops = hopsOf(finished);
    expect(addressesOf(hops)).toEqual([near[4], target[4]]);
    for (const { sent, loss } of hops) {
      expect(sent).toBeGreaterThan(5);
      expect(sent).toBeLessThan(100);
      expect(loss).toBe(0);
    }
  });

  test('routers go by their names where they have some, and a name server that is silent holds nothing up', async () => {
    const hosts = join(folder(), 'hosts');
    writeFileSync(hosts, `${near[4]} near.example\n`);
    const script = `mount --bind ${hosts} /etc/hosts && exec ${process.execPath} ${MAIN} trace ${target[4]} -c 2 -i 100`;
    const begin = performance.now();
    const child = network.start('source', 'unshare', '--mount', 'sh', '-c', script);
    const { code, stdout } = await new Running(child).finished;
    expect(performance.now() - begin).toBeLessThan(5000);
    expect(stdout).toContain(`\n  1  near.example (${near[4]})    0%     2 `);
    expect(stdout).toMatch(new RegExp(`\n  2  ${target[4]} +0% +2 `));
    expect(code).toBe(0);
  });

  test("this host's own address is one hop away", async () => {
    const { code, hops } = await trace(source[4]);
    expect(addressesOf(hops)).toEqual([source[4]]);
    expect(code).toBe(0);
  });
});

describe.skipIf(!canOpenRawSockets())('pinger trace, on loopback', () => {
  test('a name is looked up once, and its address traced', async () => {
    const { code, stdout, stderr } = await pinger(['trace', 'localhost', '-n', '-c', '1']);
    expect(stderr).toMatch(/^Path to localhost \(127[.]0[.]0[.]1\) with ICMP: 1 probe to each hop/);
    expect(stdout).toMatch(/^hop +host +loss +sent +last ms .*\n {2}1 {2}127[.]0[.]0[.]1 +0% +1 .*\n$/);
    expect(code).toBe(0);
  });

  test.skipIf(!hasProgram('script'))(
    'on a terminal the table is drawn again and again in place',
    async () => {
      const command = `stty cols 60 rows 10; ${process.execPath} ${MAIN} trace 127.0.0.1 -n -c 4 -i 400`;
      const child = spawn('script', ['-qec', command, '/dev/null'], { stdio: ['ignore', 'pipe', 'pipe'] });
      const { code, stdout } = await new Running(child).finished;
      expect(code).toBe(0);
      const [before = '', ...drawings] = stdout.split('\x1b[2A\r');
      expect(before).toContain('Path to 127.0.0.1');
      expect(drawings.length).toBeGreaterThan(1);
      const lines = (text = '') => text.split('\x1b[K\r\n');
      for (const drawing of drawings.slice(0, -1))
        for (const line of lines(drawing)) expect(line.length).toBeLessThan(60);
      // The last one is whole.
      expect(lines(drawings.at(-1))[0]).toMatch(/^hop +host +loss .* stdev +notes$/);
      expect(lines(drawings.at(-1))[1]).toMatch(/^ {2}1 {2}127[.]0[.]0[.]1 +0% +4 /);
    },
  );
});

test.skipIf(process.getuid?.() !== 0 || !hasProgram('setpriv'))(
  'without the privilege for raw sockets it says what to run, and exits 1',
  async () => {
    const dropped = ['--reuid', '65534', '--regid', '65534', '--clear-groups', '--bounding-set', '-all'];
    const child = spawn('setpriv', [...dropped, process.execPath, MAIN, 'trace', '127.0.0.1']);
    const { code, stderr, stdout } = await new Running(child).finished;
    expect(stderr).toMatch(/^pinger: raw sockets need root or the capability CAP_NET_RAW: .*\n$/);
    expect(stdout).toBe('');
    expect(code).toBe(1);
  },
);
