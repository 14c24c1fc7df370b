import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/files.ts';
import { INTERNET, Internet } from '../support/internet.ts';
import { canMakeNamespaces } from '../support/privileges.ts';
import { probe, url } from '../support/prober.ts';

/** The codes that nftables rejects with: https://www.iana.org/assignments/icmp-parameters, icmpv6-parameters. */
const CODES = {
  4: {
    'net-unreachable': 0,
    'host-unreachable': 1,
    'prot-unreachable': 2,
    'port-unreachable': 3,
    'net-prohibited': 9,
    'host-prohibited': 10,
    'admin-prohibited': 13,
  },
  6: {
    'no-route': 0,
    'admin-prohibited': 1,
    'addr-unreachable': 3,
    'port-unreachable': 4,
    'policy-fail': 5,
    'reject-route': 6,
  },
} as const;

/** The ports that the router and the target reject, each from here on, by code. */
const ROUTER = 9100;
const TARGET = 9200;

const { target, first } = INTERNET;

describe.skipIf(!canMakeNamespaces())('ports that are rejected', () => {
  const folder = temporaryFolder();
  let internet: Internet;

  beforeAll(() => {
    internet = new Internet();
  });
  afterAll(() => internet?.close());

  test.each([4, 6] as const)('of IPv%i, with each code, by a router and by the target', async (family) => {
    const codes = Object.entries(CODES[family]);
    const rules = (start: number) =>
      codes
        .flatMap(([name, code]) =>
          ['tcp', 'udp'].map(
            (protocol) =>
              `${protocol} dport ${start + code} reject with ${family === 4 ? 'icmp' : 'icmpv6'} type ${name};`,
          ),
        )
        .join('\n');
    const chain = (hook: string, start: number) =>
      `table inet t { chain ${hook} { type filter hook ${hook} priority 0;\n${rules(start)}\n }\n }`;
    internet.firewall('first', chain('forward', ROUTER));
    internet.firewall('target', chain('input', TARGET));

    const labels = codes.flatMap(([, code]) =>
      [ROUTER, TARGET].flatMap((start) =>
        (['tcp', 'udp'] as const).map((protocol) => url(protocol, target[family], start + code)),
      ),
    );
    const report = await probe(
      internet,
      join(folder(), 'pinger.db'),
      ...labels,
      ...['-i', '100', '--duration', '600'],
    );

    const [rtype, icmptype, closed] = family === 4 ? [1, 3, 3] : [58, 1, 4];
    for (const [name, code] of codes)
      for (const protocol of ['tcp', 'udp'] as const)
        for (const [start, address] of [
          [ROUTER, first[family]],
          [TARGET, target[family]],
        ] as const) {
          const label = url(protocol, target[family], start + code);
          // Only the target knows that nobody listens on a port of its own.
          const refused = protocol === 'udp' && start === TARGET && code === closed;
          expect(
            report.distinct(label, 'outcome', 'address', 'rtype', 'icmptype', 'rcode', 'datamatch'),
            `${label} ${name}`,
          ).toEqual([`${refused ? 'refused' : 'unreachable'} ${address} ${rtype} ${icmptype} ${code} null`]);
        }
    report.expectAccounted();
    expect(report.counters.foreign).toBe(0);
  });
});
