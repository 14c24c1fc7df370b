import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { MAIN, Running } from '../support/command.ts';
import { temporaryFolder } from '../support/files.ts';
import { INTERNET, Internet } from '../support/internet.ts';
import { canMakeNamespaces, hasProgram } from '../support/privileges.ts';
import { makeDatabase, probe, type Report, url } from '../support/prober.ts';
import { sqlite } from '../support/sqlite-shell.ts';

const { source, first, second, target, alias, other, absent } = INTERNET;

const ECHO = 2345;

/** 1,000 TCP ports: from where on they are open, closed, dropped, rejected by ICMP and reset by the firewall. */
const SCANNED = {
  open: 10_000,
  closed: 10_100,
  dropped: 10_700,
  rejected: 10_800,
  reset: 10_900,
  end: 11_000,
};

/** What nmap says of each port, in XML: of some one by one, of the rest in ranges. */
function statesOf(xml: string): Map<number, string> {
  const states = new Map<number, string>();
  for (const [, port, state] of xml.matchAll(/<port protocol="tcp" portid="(\d+)"><state state="([^"]+)"/g))
    states.set(Number(port), state as string);
  for (const [, state, reasons] of xml.matchAll(/<extraports state="([^"]+)"[^>]*>([\s\S]*?)<\/extraports>/g))
    for (const [, ranges] of (reasons as string).matchAll(/ ports="([^"]+)"/g))
      for (const range of (ranges as string).split(',')) {
        const [from = 0, to = from] = range.split('-').map(Number);
        for (let port = from; port <= to; port++) states.set(port, state as string);
      }
  return states;
}

describe.skipIf(!canMakeNamespaces())('by the judgement of', () => {
  const folder = temporaryFolder();
  const file = (name = 'pinger.db') => join(folder(), name);
  let internet: Internet;

  beforeAll(async () => {
    internet = new Internet();
    const { open, closed } = SCANNED;
    const tcp = [...Array(closed - open).keys()].map((index) => open + index);
    await internet.serve('target', { tcp, echo: [ECHO] });
  });
  afterEach(() => {
    for (const host of ['target', 'other'] as const) internet.firewall(host, '');
  });
  afterAll(() => internet?.close());

  test.skipIf(!hasProgram('tshark') || !hasProgram('tcpdump'))(
    'tshark, no packet of ours is malformed or has a wrong checksum, whatever its length',
    async () => {
      const capture = new Running(
        internet.start(
          'source',
          'tcpdump',
          '-n',
          '--immediate-mode',
          '-U',
          '-s',
          '0',
          '-B',
          '16384',
          '-i',
          'near',
          '-w',
          file('pcap'),
        ),
      );
      await capture.until(/listening on/);
      const rows = [0, 1, 2, 7, 64, 555, 556, 557, 1400, 1472, 3001].flatMap((size) =>
        ([4, 6] as const).flatMap((family) => {
          const [icmp, tcp, udp] = family === 4 ? [3, 2, 1] : [6, 5, 4];
          const data = size < 2 ? 'x'.repeat(size) : `é${'x'.repeat(size - 2)}`;
          return [
            `('${target[family]}', ${icmp}, NULL, 100, '${data}')`,
            `('${target[family]}', ${tcp}, ${SCANNED.open}, 100, '${data}')`,
            `('${target[family]}', ${udp}, ${ECHO}, 100, '${data}')`,
          ];
        }),
      );
      await makeDatabase(file());
      sqlite(
        file(),
        `INSERT INTO destinations (address, protocol, port, interval, data) VALUES ${rows.join(', ')}`,
      );
      const report = await probe(internet, file(), '--duration', '1s');
      capture.child.kill('SIGINT');
      expect((await capture.finished).stderr).toMatch(/\b0 packets dropped by kernel/);
      expect(report.counters.sent).toBeGreaterThan(500);

      const checks = ['ip', 'tcp', 'udp'].flatMap((protocol) => ['-o', `${protocol}.check_checksum:TRUE`]);
      // It guesses what data is by the ports, and ours is nothing.
      const plain = ['-d', `udp.port==${ECHO},data`, '-d', `tcp.port==${SCANNED.open},data`];
      const read = (filter: string, ...fields: string[]) =>
        internet
          .run(
            'source',
            ...['tshark', '-n', '-r', file('pcap'), ...checks, ...plain, '-Y', filter, '-T', 'fields'],
            ...fields.flatMap((field) => ['-e', field]),
          )
          .split('\n')
          .filter(Boolean);
      // Resets are the kernel's, which leaves their checksums to a network card that is none.
      const ours = `(ip.src == ${source[4]} || ipv6.src == ${source[6]}) && !(tcp.flags.reset == 1)`;
      const statuses = ['ip', 'tcp', 'udp', 'icmp', 'icmpv6'].map(
        (protocol) => `${protocol}.checksum.status`,
      );
      const bad = [
        '_ws.malformed',
        ...statuses.map((status) => `${status} == 0`),
        '_ws.expert.severity == 8388608',
      ];
      expect(read(`(${ours}) && (${bad.join(' || ')})`, 'frame.number', '_ws.expert.message')).toEqual([]);
      // It has looked at them: every probe is there, once, with a checksum found to be good.
      const good = [
        'tcp.checksum.status == 1 && tcp.flags.syn == 1',
        'udp.checksum.status == 1',
        'icmp.checksum.status == 1 && icmp.type == 8',
        'icmpv6.checksum.status == 1 && icmpv6.type == 128',
      ];
      const checked = read(`(${ours}) && (${good.join(' || ')})`, 'frame.number').length;
      expect(checked).toBe(report.counters.sent);
    },
  );

  test.skipIf(!hasProgram('nmap')).each([4, 6] as const)(
    "nmap's SYN scan of 1,000 TCP ports over IPv%i",
    async (family) => {
      const { open, closed, dropped, rejected, reset, end } = SCANNED;
      internet.firewall(
        'target',
        `table inet t { chain input { type filter hook input priority 0;
          tcp dport ${dropped}-${rejected - 1} drop;
          tcp dport ${rejected}-${reset - 1} reject with icmpx type admin-prohibited;
          tcp dport ${reset}-${end - 1} reject with tcp reset;
        }\n }`,
      );
      await makeDatabase(file());
      sqlite(
        file(),
        `WITH RECURSIVE ports(port) AS (SELECT ${open} UNION ALL SELECT port + 1 FROM ports WHERE port < ${end - 1})
        INSERT INTO destinations (address, protocol, port, interval, timeout)
        SELECT '${target[family]}', ${family === 4 ? 2 : 5}, port, 60000, 700 FROM ports`,
      );
      const report = await probe(internet, file(), '--duration', '1500');
      const scan = ['nmap', `-${family}`, '-n', '-Pn', '-sS', '-T4', '--min-rate', '500', '-oX', '-'];
      const found = internet.run('source', ...scan, '-p', `${open}-${end - 1}`, target[family]);
      const states = statesOf(found);
      const STATE: Record<string, string> = {
        reply: 'open',
        refused: 'closed',
        timeout: 'filtered',
        unreachable: 'filtered',
      };
      const disagreements = [];
      for (let port = open; port < end; port++) {
        const [result] = report.of(url('tcp', target[family], port));
        const nmap = states.get(port);
        if (nmap === undefined || STATE[String(result?.outcome)] !== nmap)
          disagreements.push(`${port}: ${result?.outcome}, nmap: ${nmap}`);
      }
      expect(disagreements).toEqual([]);
      const count = (outcome: string) => report.results.filter((result) => result.outcome === outcome).length;
      expect(['reply', 'refused', 'timeout', 'unreachable'].map(count)).toEqual([
        closed - open,
        dropped - closed + (end - reset),
        rejected - dropped,
        reset - rejected,
      ]);
    },
    60_000,
  );

  describe.each([4, 6] as const)('mtr, the path over IPv%i', (family) => {
    const host = target[family];
    test.skipIf(!hasProgram('mtr')).each([
      ['ICMP', host, []],
      ['UDP', url('udp', host, 33_434), ['--udp']],
      ['TCP', url('tcp', host, SCANNED.open), ['--tcp', '--port', String(SCANNED.open)]],
    ])('with %s', async (_, address, options) => {
      const ours = ['trace', '-n', '--json', '-c', '5', '-i', '200', address];
      const { code, stdout } = await new Running(internet.start('source', process.execPath, MAIN, ...ours))
        .finished;
      expect(code).toBe(0);
      const hops = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { addresses: { address: string }[]; loss: number });
      const report = internet.run(
        'source',
        ...['mtr', '-n', '--json', '-c', '5', '-i', '0.2', '-G', '1', ...options, host],
      );
      const { hubs } = JSON.parse(report).report as { hubs: { host: string; 'Loss%': number }[] };
      expect(hubs.map((hub) => [hub.host, hub['Loss%'] / 100])).toEqual(
        hops.map(({ addresses, loss }) => [addresses.map((each) => each.address).join(' '), loss]),
      );
      expect(hubs.map((hub) => hub.host)).toEqual([first[family], second[family], host]);
    });
  });

  describe.each([4, 6] as const)('ping and fping over IPv%i', (family) => {
    const up = [target[family], alias[family]];
    const down = [other[family], absent[family]];
    let report: Report | undefined;

    const ask = async (program: string, ...args: string[]): Promise<string> => {
      const child = internet.start('source', program, `-${family}`, ...args);
      const running = new Running(child);
      if (child.exitCode === null) await once(child, 'exit');
      const { stdout, stderr } = await running.finished;
      return stdout + stderr;
    };
    const silence = () =>
      internet.firewall(
        'other',
        `table inet t { chain input { type filter hook input priority 0;
          icmp type echo-request drop; icmpv6 type echo-request drop;
        }\n }`,
      );
    /** One run for both of them. */
    const probeAll = async (): Promise<Report> => {
      silence();
      if (report) return report;
      report = await probe(internet, file(), ...up, ...down, '-i', '100', '-t', '400', '--duration', '1s');
      for (const host of up) expect(report.distinct(host, 'outcome'), host).toEqual(['reply']);
      for (const host of down) expect(report.summary(host), host).toMatchObject({ received: 0, loss: 1 });
      return report;
    };
    const fastest = (report: Report, host: string) =>
      Math.min(...report.of(host).map(({ rtt }) => rtt ?? Number.NaN));

    test.skipIf(!hasProgram('ping'))('ping: who is there, how far and how fast', async () => {
      const report = await probeAll();
      const answers = await Promise.all(
        [...up, ...down].map((host) => ask('ping', '-n', '-c', '10', '-i', '0.1', '-w', '2', host)),
      );
      const received = answers.map((text) => Number(/ (\d+) received/.exec(text)?.[1]));
      expect(received).toEqual([10, 10, 0, 0]);
      for (const [index, host] of up.entries()) {
        const [, ttl, minimum] =
          /ttl=(\d+)[\s\S]*rtt min[^=]*= ([\d.]+)/.exec(answers[index] as string) ?? [];
        if (family === 4) expect(report.distinct(host, 'rttl')).toEqual([ttl]);
        // Both are some tenths of a millisecond here; ping reads the kernel's timestamps.
        expect(Math.abs(fastest(report, host) - Number(minimum))).toBeLessThan(1);
      }
    });

    test.skipIf(!hasProgram('fping'))('fping: who is there, and how fast', async () => {
      const report = await probeAll();
      const text = await ask('fping', '-q', '-c', '10', '-p', '100', '-t', '400', ...up, ...down);
      const line = (host: string) =>
        /xmt\/rcv\/%loss = (\d+)\/(\d+)\/\d+%(?:, min\/avg\/max = ([\d.]+))?/.exec(
          text.split('\n').find((each) => each.startsWith(`${host} `)) ?? '',
        ) ?? [];
      for (const host of up) {
        const [, sent, received, minimum] = line(host);
        expect([sent, received], text).toEqual(['10', '10']);
        expect(Math.abs(fastest(report, host) - Number(minimum))).toBeLessThan(1);
      }
      for (const host of down) expect(line(host).slice(1, 3), text).toEqual(['10', '0']);
    });

    test.skipIf(!hasProgram('ping'))('ping: which router ends a short life', async () => {
      for (const ttl of ['1', '2']) {
        const ours = await probe(
          internet,
          file(`${ttl}.db`),
          target[family],
          '--ttl',
          ttl,
          '-i',
          '50',
          '--duration',
          '200',
        );
        const text = await ask('ping', '-n', '-c', '1', '-w', '2', '-t', ttl, target[family]);
        const [, router] = /From (\S+?):? icmp_seq=1 Time/.exec(text) ?? [];
        expect(ours.distinct(target[family], 'outcome', 'address')).toEqual([`ttl_exceeded ${router}`]);
      }
    });
  });
});
