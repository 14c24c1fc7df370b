import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/files.ts';
import { HOSTILE, LATE_BY } from '../support/hostile-ports.ts';
import { INTERNET, Internet } from '../support/internet.ts';
import { canMakeNamespaces } from '../support/privileges.ts';
import { probe, type Report, url } from '../support/prober.ts';
import { hasRawSocketPackage } from '../support/raw-socket-package.ts';

const { other } = INTERNET;

describe.skipIf(!canMakeNamespaces() || !hasRawSocketPackage())(
  'a host that answers TCP and UDP as no kernel does',
  () => {
    const folder = temporaryFolder();
    let internet: Internet;

    beforeAll(async () => {
      internet = new Internet();
      await internet.turnHostile();
    });
    afterAll(() => internet?.close());

    describe.each([
      ['tcp', 4],
      ['tcp', 6],
      ['udp', 4],
      ['udp', 6],
    ] as const)('%s over IPv%i', (protocol, family) => {
      const host = other[family];
      const label = (port: number) => url(protocol, host, port);

      const run = (...ports: number[]): Promise<Report> =>
        probe(
          internet,
          join(folder(), 'pinger.db'),
          ...ports.map(label),
          ...['-i', '50', '-t', '200', '--duration', '1s', '--data', protocol === 'udp' ? 'some data' : ''],
        );
      const outcomes = (report: Report, port: number) => report.distinct(label(port), 'outcome');

      test('late, second and prohibited answers make rows of their own', async () => {
        const { late, thrice, errorFirst, resetFirst, shortQuote } = HOSTILE;
        const report = await run(late, thrice, errorFirst, resetFirst, shortQuote);

        expect(outcomes(report, late)).toEqual(['late', 'timeout']);
        const lateOnes = report.of(label(late)).filter(({ outcome }) => outcome === 'late');
        expect(lateOnes.length).toBeGreaterThan(8);
        for (const { rtt, address } of lateOnes) {
          expect(rtt).toBeGreaterThan(LATE_BY - 1);
          expect(address).toBe(host);
        }

        expect(outcomes(report, thrice)).toEqual(['duplicate', 'reply']);
        const { sent, duplicate, loss } = report.summary(label(thrice));
        expect(loss).toBe(0);
        // Those to the last probe may come after the end.
        expect([2 * sent - 2, 2 * sent - 1, 2 * sent]).toContain(duplicate);

        const error = family === 4 ? '1 3 13' : '58 1 1';
        const answer = `${protocol === 'tcp' ? 6 : 17} null 0`;
        expect(
          report.distinct(label(errorFirst), 'outcome', 'address', 'rtype', 'icmptype', 'rcode'),
        ).toEqual([`duplicate ${host} ${answer}`, `unreachable ${host} ${error}`]);
        expect(outcomes(report, resetFirst)).toEqual(['duplicate', protocol === 'tcp' ? 'refused' : 'reply']);
        expect(report.distinct(label(shortQuote), 'outcome', 'address')).toEqual([`unreachable ${host}`]);
        report.expectAccounted();
        // To last probes, whose destinations had ended: two, one, one and a late one.
        expect(report.counters.foreign).toBeLessThanOrEqual(5);
      });

      test('damaged and forged answers are believed as far as they can be', async () => {
        const { badChecksum, damaged, changed, forged } = HOSTILE;
        const report = await run(badChecksum, damaged, changed, forged);

        expect(outcomes(report, badChecksum)).toEqual(['timeout']);
        // The kernel drops broken packets of IPv6. Of IPv4's, a datagram is known by the checksum of what it was.
        const known = protocol === 'udp' && family === 4;
        expect(report.distinct(label(damaged), 'outcome', 'datamatch')).toEqual([
          known ? 'reply false' : 'timeout null',
        ]);
        expect(report.distinct(label(changed), 'outcome', 'datamatch')).toEqual([
          protocol === 'udp' ? 'reply false' : 'timeout null',
        ]);
        expect(report.distinct(label(forged), 'outcome', 'datamatch')).toEqual([
          protocol === 'udp' ? 'reply true' : 'reply null',
        ]);
        expect(report.counters.foreign).toBeGreaterThanOrEqual(3 * report.summary(label(forged)).sent);
        report.expectAccounted();
      });
    });
  },
);
