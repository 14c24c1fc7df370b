import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../support/command.ts';
import { temporaryFolder } from '../support/files.ts';
import { INTERNET, Internet } from '../support/internet.ts';
import { canMakeNamespaces } from '../support/privileges.ts';
import { probe, Report, type ResultLine, reportOf, startProbing, url } from '../support/prober.ts';

const { source, target, alias, first, second } = INTERNET;

const OPEN = 80;
const ECHO = 7;
const CLOSED = 4000;

const FAMILIES = [4, 6] as const;
const PROTOCOLS = ['icmp', 'tcp', 'udp'] as const;

/** Where each protocol gets replies from. */
const PORT = { icmp: 0, tcp: OPEN, udp: ECHO };

const labelOf = (protocol: (typeof PROTOCOLS)[number], family: 4 | 6) =>
  url(protocol, target[family], PORT[protocol]);

const EVERYTHING = FAMILIES.flatMap((family) => PROTOCOLS.map((protocol) => labelOf(protocol, family)));

/** A packet's fields with one bit of its source port or identifier turned over, on the way there and back. */
const TURNED = (hook: string, link: string, end: 'sport' | 'dport', icmp: 'request' | 'reply') => `
  chain ${hook}${link} { type filter hook ${hook} priority -400;
    ${hook === 'prerouting' ? 'iifname' : 'oifname'} "${link}" jump turn_${end};
  }
  chain turn_${end} {
    tcp ${end} set tcp ${end} ^ 0x0100;
    udp ${end} set udp ${end} ^ 0x0100;
    icmp type echo-${icmp} icmp id set icmp id ^ 0x0100;
    icmpv6 type echo-${icmp} icmpv6 id set icmpv6 id ^ 0x0100;
  }`;

describe.skipIf(!canMakeNamespaces())('paths', () => {
  const folder = temporaryFolder();
  const file = () => join(folder(), 'pinger.db');
  let internet: Internet;

  beforeAll(async () => {
    internet = new Internet();
    await internet.serve('target', { tcp: [OPEN], echo: [ECHO] });
  });
  afterEach(() => {
    for (const host of ['first', 'target'] as const) internet.firewall(host, '');
  });
  afterAll(() => internet?.close());

  const run = (...args: string[]) => probe(internet, file(), '-i', '50', ...args);

  const expectReplies = (report: Report, label: string) => {
    expect(report.of(label).length, label).toBeGreaterThan(4);
    expect(report.distinct(label, 'outcome'), label).toEqual(['reply']);
  };

  test('answers that come back another way are as good', async () => {
    internet.returnBy('back');
    const report = await run(...EVERYTHING, '--duration', '500').finally(() => internet.returnBy('first'));
    for (const label of EVERYTHING) expectReplies(report, label);
    // That way is one router shorter.
    for (const protocol of PROTOCOLS)
      expect(report.distinct(labelOf(protocol, 4), 'rttl'), protocol).toEqual(['63']);
    report.expectAccounted();
  });

  test('answers from another address count for ICMP and TCP, which have a secret, and not for UDP', async () => {
    const moved = (family: 'ip' | 'ip6', from: string, to: string) => `table ${family} moved {
      chain out { type filter hook postrouting priority 0; ${family} saddr ${from} ${family} saddr set ${to}; }
      chain in { type filter hook prerouting priority -400; ${family} daddr ${to} ${family} daddr set ${from}; }
    }`;
    internet.firewall('target', `${moved('ip', target[4], alias[4])}\n${moved('ip6', target[6], alias[6])}`);
    const report = await run(...EVERYTHING, '-t', '200', '--duration', '500');
    let datagrams = 0;
    for (const family of FAMILIES) {
      for (const protocol of ['icmp', 'tcp'] as const)
        expect(report.distinct(labelOf(protocol, family), 'outcome', 'address')).toEqual([
          `reply ${alias[family]}`,
        ]);
      expect(report.distinct(labelOf('udp', family), 'outcome')).toEqual(['timeout']);
      datagrams += report.summary(labelOf('udp', family)).sent;
    }
    expect(report.counters.foreign).toBe(datagrams);
    report.expectAccounted();
  });

  test('through a NAT, replies and errors find back', async () => {
    internet.firewall(
      'first',
      `table inet nat { chain out { type nat hook postrouting priority 100; oifname "mid" masquerade fully-random; }\n }`,
    );
    // What still has the source's own address gets no answer.
    internet.firewall(
      'target',
      `table inet t { chain input { type filter hook input priority 0;
        ip saddr ${source[4]} drop; ip6 saddr ${source[6]} drop;
      }\n }`,
    );
    const refused = FAMILIES.flatMap((family) => [
      url('tcp', target[family], CLOSED),
      url('udp', target[family], CLOSED),
    ]);
    const report = await run(...EVERYTHING, ...refused, '--duration', '500');
    for (const label of EVERYTHING) expectReplies(report, label);
    for (const label of refused) expect(report.distinct(label, 'outcome'), label).toEqual(['refused']);
    report.expectAccounted();

    const exceeded = await probe(
      internet,
      join(folder(), 'ttl.db'),
      ...EVERYTHING,
      ...['-i', '50', '--ttl', '2', '--duration', '500'],
    );
    for (const family of FAMILIES)
      for (const protocol of PROTOCOLS)
        expect(exceeded.distinct(labelOf(protocol, family), 'outcome', 'address')).toEqual([
          `ttl_exceeded ${second[family]}`,
        ]);
  });

  test('a NAT that leaves in errors what it made of port and identifier hides them from nobody', async () => {
    internet.firewall(
      'first',
      `table inet nat {
        ${TURNED('postrouting', 'mid', 'sport', 'request')}
        ${TURNED('prerouting', 'mid', 'dport', 'reply')}
      }`,
    );
    const report = await run(...EVERYTHING, '--ttl', '2', '--duration', '500');
    for (const family of FAMILIES)
      for (const protocol of PROTOCOLS)
        expect(report.distinct(labelOf(protocol, family), 'outcome', 'address')).toEqual([
          `ttl_exceeded ${second[family]}`,
        ]);
    // What still has ports and identifiers of pinger's gets no answer.
    internet.firewall(
      'target',
      `table inet t { chain input { type filter hook input priority 0;
        tcp sport 0x4000-0x403f drop; udp sport 0x4000-0x403f drop;
        icmp type echo-request icmp id 0-255 drop; icmpv6 type echo-request icmpv6 id 0-255 drop;
      }\n }`,
    );
    const replies = await probe(
      internet,
      join(folder(), 'replies.db'),
      ...EVERYTHING,
      ...['-i', '50', '--duration', '500'],
    );
    for (const label of EVERYTHING) expectReplies(replies, label);
  });

  test('a router that stops forwarding makes timeouts, and once it forwards again there are replies', async () => {
    const forwarding = (value: 0 | 1) => {
      internet.sysctl('first', 'net.ipv4.ip_forward', value);
      internet.sysctl('first', 'net.ipv6.conf.all.forwarding', value);
    };
    const running = startProbing(internet, file(), ...EVERYTHING, '-i', '50', '-t', '200');
    /** Waits until the last results of all destinations are such. */
    const untilAll = (outcome: ResultLine['outcome']) =>
      until(
        () => {
          const complete = running.stdout.slice(0, running.stdout.lastIndexOf('\n'));
          if (complete === '') return false;
          const report = new Report(complete);
          return EVERYTHING.every((label) => {
            const last = report.of(label).slice(-3);
            return last.length === 3 && last.every((result) => result.outcome === outcome);
          });
        },
        10_000,
        () => `${outcome} of all: ${running.stderr}`,
      );
    try {
      await untilAll('reply');
      forwarding(0);
      await untilAll('timeout');
      forwarding(1);
      await untilAll('reply');
    } finally {
      forwarding(1);
      running.child.kill('SIGINT');
    }
    const report = await reportOf(running);
    for (const label of EVERYTHING) {
      const outcomes = report
        .of(label)
        .sort((a, b) => a.rseq - b.rseq)
        .map(({ outcome }) => outcome.slice(0, 3));
      expect(outcomes.join(''), label).toMatch(/^(rep){3,}(tim){3,}(rep){3,}$/);
    }
    report.expectAccounted();
  });

  // Then it fragments. Where the target learns only now that its answer is too big as well, that one is lost.
  test.each([
    ['icmp', /^unr(rep)+$/, /^unrtim(rep)+$/],
    // The kernel takes no path MTU of IPv6 from an error about TCP that is not its own.
    ['tcp', /^unr(rep)+$/, /^(unr)+$/],
    ['udp', /^unrtim(rep)+$/, /^unrtim(rep)+$/],
  ] as const)(
    'a link with a small MTU: the first probe of %s is too big, and the kernel remembers',
    async (protocol, ...expected) => {
      internet.mtu(1280);
      const labels = FAMILIES.map((family) => labelOf(protocol, family));
      const report = await probe(
        internet,
        file(),
        ...labels,
        ...['-i', '200', '-t', '150', '--duration', '1s', '--size', '1400'],
      ).finally(() => internet.mtu(1500));
      for (const [index, family] of FAMILIES.entries()) {
        const results = report.of(labels[index] as string);
        expect(results[0]).toMatchObject({
          address: first[family],
          ...(family === 4 ? { icmptype: 3, rcode: 4 } : { icmptype: 2, rcode: 0 }),
        });
        expect(results.map(({ outcome }) => outcome.slice(0, 3)).join(''), labels[index]).toMatch(
          expected[index] as RegExp,
        );
      }
      report.expectAccounted();
    },
  );
});
