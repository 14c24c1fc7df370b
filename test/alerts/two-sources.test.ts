import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { AlertRunner } from '../../src/alerts/alert-runner.ts';
import type { AlertMessage } from '../../src/alerts/message.ts';
import type { Pinger, PingerEvents } from '../../src/pinger.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { SeparateAccess } from '../../src/storage/database-access.ts';
import { shell, temporaryDatabase } from '../support/databases.ts';
import { ManualClock } from '../support/manual-clock.ts';

/** One source's alerts, in a time that the test makes pass. */
class Watcher {
  readonly clock = new ManualClock();
  readonly told: AlertMessage[] = [];
  readonly #events = new EventEmitter<PingerEvents>();
  readonly #access: SeparateAccess;
  readonly #source: { id: number; name: string };
  #runner: AlertRunner | undefined;

  constructor(url: string, source: { id: number; name: string }) {
    this.#access = new SeparateAccess(url);
    this.#source = source;
    onTestFinished(() => this.#access.close());
  }

  start(): void {
    this.#runner = new AlertRunner(this.#events as Pinger, {
      database: this.#access,
      clock: this.clock,
      send: async (_channel, message) => void this.told.push(message),
    });
    this.#events.emit('destination', {
      ...{ destination_id: 1, address: '192.0.2.1', label: '192.0.2.1', status: 'probed' },
      row: { name: null, protocol: 3, port: null, interval: 1000 },
    });
    this.#runner.start(this.#source);
  }

  /** A second passes, and a probe of it is answered or not. */
  async second(outcome: 'reply' | 'timeout'): Promise<void> {
    for (let tenth = 0; tenth < 10; tenth++) {
      await this.clock.advance(100);
      // The database has a time of its own.
      await sleep(3);
    }
    this.#events.emit('result', {
      ...{ destination_id: 1, outcome, doubt: null, rtt: outcome === 'reply' ? 1 : null, rseq: 1 },
      ...{ address: '192.0.2.1', rtime: this.clock.wall(this.clock.now()) },
    } as never);
  }

  async close(): Promise<void> {
    let closing = true;
    const closed = this.#runner?.close().finally(() => {
      closing = false;
    });
    while (closing) {
      await this.clock.advance(100);
      await sleep(3);
    }
    await closed;
    this.#events.removeAllListeners();
  }
}

test('two sources of one database have an alert each, tell their own, and leave each other alone', async () => {
  const url = await temporaryDatabase();
  await (await openDatabase(url, { create: true, lockTimeout: 5000 })).destroy();
  await shell(
    url,
    `INSERT INTO destinations (address) VALUES ('192.0.2.1');
     INSERT INTO alert_rules (name, recovery_hold) VALUES ('down', 0);
     INSERT INTO alert_channels (name, kind, settings, group_interval) VALUES ('ops', 'webhook', '{"url":"http://127.0.0.1:1/"}', 0)`,
  );
  const [one, two] = [new Watcher(url, { id: 1, name: 'one' }), new Watcher(url, { id: 2, name: 'two' })];
  for (const watcher of [one, two]) watcher.start();
  const seconds = async (count: number, outcome: 'reply' | 'timeout', watchers = [one, two]) => {
    for (let second = 0; second < count; second++)
      await Promise.all(watchers.map((watcher) => watcher.second(outcome)));
  };
  // What is lost in the first seconds says nothing.
  await seconds(20, 'reply');
  await seconds(8, 'timeout');
  const kinds = ({ told }: Watcher) =>
    told.flatMap(({ events }) => events.map(({ kind, alert }) => `${kind} by ${alert.source}`));
  expect([one, two].map(kinds)).toEqual([['fired by one'], ['fired by two']]);
  expect(await shell(url, 'SELECT source_id, state FROM alerts ORDER BY source_id')).toBe(
    '1|firing\n2|firing',
  );

  // One monitor stops; what the other one sees is no end of its alert.
  await one.close();
  await seconds(5, 'reply', [two]);
  expect(kinds(two)).toEqual(['fired by two', 'resolved by two']);
  expect(await shell(url, 'SELECT source_id, state FROM alerts ORDER BY source_id')).toBe(
    '1|firing\n2|resolved',
  );

  // It goes on where it was, and tells the end of what it has told before.
  one.start();
  await seconds(6, 'reply');
  expect(kinds(one)).toEqual(['fired by one', 'resolved by one']);
  expect(one.told.map(({ events }) => events[0]?.alert.id)).toEqual(
    Array(2).fill(one.told[0]?.events[0]?.alert.id),
  );
  expect(kinds(two)).toHaveLength(2);
  expect(await shell(url, "SELECT count(*) FROM alert_deliveries WHERE state <> 'delivered'")).toBe('0');
  await Promise.all([one.close(), two.close()]);
}, 60_000);

test('a source that gives no sign of life any more is told by the other one', async () => {
  const url = await temporaryDatabase();
  await (await openDatabase(url, { create: true, lockTimeout: 5000 })).destroy();
  const now = `${new ManualClock().epoch}`;
  await shell(
    url,
    `INSERT INTO sources (name, sourceid, seen) VALUES ('one', 0, ${now}), ('two', 1, ${now});
     INSERT INTO alert_rules (name, metric, span, recovery_hold) VALUES ('silent', 'silence', 30000, 0);
     INSERT INTO alert_channels (name, kind, settings, group_interval) VALUES ('ops', 'webhook', '{"url":"http://127.0.0.1:1/"}', 0)`,
  );
  const one = new Watcher(url, { id: 1, name: 'one' });
  one.start();
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second++) await one.second('reply');
  };
  const sign = (stopped: boolean) =>
    shell(url, `UPDATE sources SET seen = seen + 1000, stopped = ${stopped} WHERE name = 'two'`);
  await pass(12);
  await sign(false);
  await pass(28);
  expect(one.told).toEqual([]);
  await pass(20);
  const told = () =>
    one.told.flatMap(({ events }) => events.map(({ kind, alert }) => `${kind} ${alert.destination}`));
  expect(told()).toEqual(['fired source two']);
  await sign(true);
  await pass(10);
  expect(told()).toEqual(['fired source two', 'resolved source two']);
  await pass(60);
  expect(told()).toHaveLength(2);
  await one.close();
}, 60_000);
