import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { createPinger, type Pinger, type Transport, type TransportHandlers } from '../src/index.ts';
import type { SendOutcome } from '../src/io/transport.ts';
import { openDatabase } from '../src/storage/database.ts';
import { shell, temporaryDatabase } from './support/databases.ts';

/** A network that takes packets and never answers. */
class Silence implements Transport {
  sent = 0;
  open = (_: TransportHandlers): void => {};
  close(): void {}
  send(packets: readonly unknown[], settled: (index: number, outcome: SendOutcome) => void): void {
    packets.forEach((_, index) => {
      this.sent++;
      settled(index, { sentAt: performance.now() });
    });
  }
  counters = () => ({ sent: this.sent, received: 0, dropped: 0 });
}

test('three sources share a database: each probes what is meant for it, and hears of every edit', async () => {
  const url = await temporaryDatabase();
  await (await openDatabase(url, { create: true, lockTimeout: 1000 })).destroy();
  const names = ['first', 'second', 'third'];
  const probed = new Map(names.map((name) => [name, new Set<string>()]));
  const pingers: Pinger[] = [];
  const started = await Promise.all(
    names.map((source) => {
      const pinger = createPinger({ database: url, source, transport: new Silence(), spill: false });
      onTestFinished(async () => void (pinger.state === 'running' && (await pinger.stop())));
      pingers.push(pinger);
      pinger.on('destination', ({ status, address }) => {
        if (status === 'probed' || status === 'changed') probed.get(source)?.add(address);
        else probed.get(source)?.delete(address);
      });
      return pinger.start();
    }),
  );
  expect(started.map(({ source }) => source.sourceid).sort()).toEqual([0, 1, 2]);
  const idOf = new Map(started.map(({ source }) => [source.name as string, source.id]));

  const settings = 'interval, timeout';
  await shell(
    url,
    `INSERT INTO destinations (address, source_id, ${settings}) VALUES ('192.0.2.100', NULL, 100, 100),
      ${names.map((name, n) => `('192.0.2.${n}', ${idOf.get(name)}, 100, 100)`).join(', ')}`,
  );
  const seen = (addresses: (n: number) => string[]) =>
    expect
      .poll(() => names.map((name) => [...(probed.get(name) ?? [])].sort()), { timeout: 2000 })
      .toEqual(names.map((_, n) => addresses(n)));
  await seen((n) => [`192.0.2.${n}`, '192.0.2.100'].sort());
  await sleep(1000);

  await shell(url, "UPDATE destinations SET active = false WHERE address = '192.0.2.100'");
  await seen((n) => [`192.0.2.${n}`]);
  await shell(url, `UPDATE destinations SET source_id = ${idOf.get('third')} WHERE address = '192.0.2.0'`);
  await seen((n) => [[], ['192.0.2.1'], ['192.0.2.0', '192.0.2.2']][n] as string[]);

  const counters = await Promise.all(pingers.map((pinger) => pinger.stop()));
  expect(
    await shell(url, 'SELECT source_id, count(*) FROM results GROUP BY source_id ORDER BY source_id'),
  ).toBe(
    started
      .map(({ source }, n) => `${source.id}|${counters[n]?.sent}`)
      .sort()
      .join('\n'),
  );
  expect(
    await shell(
      url,
      `SELECT count(DISTINCT results.source_id) FROM results JOIN destinations ON destinations.id = destination_id
       WHERE destinations.address = '192.0.2.100'`,
    ),
  ).toBe('3');
}, 30_000);

test('a second pinger under the same name ends its start with the reason', async () => {
  const url = await temporaryDatabase();
  const [first, second] = [1, 2].map(() =>
    createPinger({ database: url, source: 'here', transport: new Silence(), spill: false }),
  ) as [Pinger, Pinger];
  await first.start();
  await expect(second.start()).rejects.toThrow(/another pinger runs as source here; give this one a name/);
  await first.stop();
});
