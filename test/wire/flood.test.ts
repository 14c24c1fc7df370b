import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/files.ts';
import { INTERNET, Internet } from '../support/internet.ts';
import { canMakeNamespaces } from '../support/privileges.ts';
import { probe, type Report, reportOf, startProbing, url } from '../support/prober.ts';
import { hasRawSocketPackage } from '../support/raw-socket-package.ts';

const { target } = INTERNET;

const OPEN = 80;
const ECHO = 7;
const CLOSED = 4000;

const LABELS = ([4, 6] as const).flatMap((family) => [
  target[family],
  url('tcp', target[family], OPEN),
  url('udp', target[family], ECHO),
  url('tcp', target[family], CLOSED),
  url('udp', target[family], CLOSED),
]);

/** Packets a second: what is asked for, and what has to arrive. */
const ASKED = 62_000;
const WANTED = 50_000;

/** ms */
const INTERVAL = 40;
const DURATION = 5000;

describe.skipIf(!canMakeNamespaces() || !hasRawSocketPackage())('a flood of forged answers', () => {
  const folder = temporaryFolder();
  let internet: Internet;

  beforeAll(async () => {
    internet = new Internet();
    await internet.serve('target', { tcp: [OPEN], echo: [ECHO] });
  });
  afterAll(() => internet?.close());

  const outcomes = (report: Report) =>
    LABELS.map((label) => [
      label,
      report.distinct(label, 'outcome', 'address', 'rtype', 'icmptype', 'rcode', 'datamatch'),
    ]);
  const options = ['-i', String(INTERVAL), '--data', 'some data'];

  test('50,000 a second of them change no result, lose none, and hold up no probe for long', async () => {
    const calm = await probe(internet, join(folder(), 'calm.db'), ...LABELS, ...options, '--duration', '500');

    const flood = await internet.flood({
      rate: ASKED,
      seconds: (DURATION + 4000) / 1000,
      tcp: OPEN,
      udp: ECHO,
    });
    const running = startProbing(
      internet,
      join(folder(), 'flooded.db'),
      ...[...LABELS, ...options, '--duration', String(DURATION)],
    );
    await running.until(/"type":"result"/);
    const count = () => ({ at: performance.now(), packets: internet.received('source', 'near') });
    const before = count();
    const report = await reportOf(running);
    const after = count();
    expect(flood.exitCode).toBeNull();
    const rate = (1000 * (after.packets - before.packets)) / (after.at - before.at);
    expect(rate).toBeGreaterThan(WANTED);

    expect(outcomes(report)).toEqual(outcomes(calm));
    for (const label of LABELS) {
      const { sent, loss, late, duplicate } = report.summary(label);
      expect({ loss, late, duplicate }, label).toEqual({ loss: 0, late: 0, duplicate: 0 });
      expect(sent, label).toBeGreaterThan((0.9 * DURATION) / INTERVAL);
    }
    report.expectAccounted();
    const { foreign, ignored, dropped, missed, lateness_p50 } = report.counters;
    // The flood is seen for what it is; what nobody read is counted, too.
    expect(foreign + ignored + dropped).toBeGreaterThan((WANTED * DURATION) / 1000);
    // The flooder has one of two cores to itself, and this host may take the other for longer than an interval.
    expect(missed).toBeLessThan(report.counters.sent / 20);
    expect(lateness_p50).toBeLessThan(INTERVAL / 4);
  }, 40_000);
});
