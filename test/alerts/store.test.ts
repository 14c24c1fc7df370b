import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import type { AlertFacts } from '../../src/alerts/alert-book.ts';
import { AlertStore } from '../../src/alerts/alert-store.ts';
import { Outbox, type Waiting } from '../../src/alerts/outbox.ts';
import { alertCounts, readAlerts } from '../../src/alerts/read-alerts.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { SeparateAccess } from '../../src/storage/database-access.ts';
import { shell, temporaryDatabase } from '../support/databases.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');

async function opened() {
  const url = await temporaryDatabase();
  await (await openDatabase(url, { create: true, lockTimeout: 5000 })).destroy();
  const access = new SeparateAccess(url);
  onTestFinished(() => access.close());
  return { url, access, store: new AlertStore(access), outbox: new Outbox(access) };
}

const facts = (
  kind: AlertFacts['kind'],
  given: Partial<AlertFacts['alert']> = {},
  channels = [1],
): AlertFacts => ({
  kind,
  number: 0,
  channels,
  alert: {
    uid: randomUUID(),
    rule_id: 1,
    rule: 'down',
    severity: 'critical',
    metric: 'state',
    destination_id: 1,
    destination: '192.0.2.1',
    source_id: 1,
    source: 'here',
    state: kind === 'resolved' ? 'resolved' : kind === 'suppressed' ? 'suppressed' : 'firing',
    started: NOW,
    fired: kind === 'suppressed' ? null : NOW,
    resolved: kind === 'resolved' ? NOW + 1000 : null,
    value: null,
    threshold: null,
    detail: 'down',
    suppressed: null,
    ended: null,
    ...given,
  },
});

/** What is due, once what has been gathered is a message. */
const claimed = async (outbox: Outbox, now: number, channelId = 1) => {
  await outbox.claim({ channelId, sourceId: 1, ruleId: 1 });
  return next(outbox, now, channelId);
};

const next = (outbox: Outbox, now: number, channelId = 1) =>
  outbox.next({ channelId, sourceId: 1, now, most: 100 });

test('every edit of any of the tables, by any tool, is another revision', async () => {
  const { url, store } = await opened();
  const edits = [
    "INSERT INTO alert_rules (name) VALUES ('a')",
    "UPDATE alert_rules SET hold = 5 WHERE name = 'a'",
    "INSERT INTO alert_channels (name, kind) VALUES ('a', 'webhook')",
    'INSERT INTO alert_rule_channels (rule_id, channel_id) VALUES (2, 1)',
    'INSERT INTO destination_parents (destination_id, parent_id) VALUES (2, 1)',
    `INSERT INTO maintenances (starts, ends) VALUES (${NOW}, ${NOW + 1})`,
    'DELETE FROM maintenances',
    "INSERT INTO destinations (address) VALUES ('192.0.2.1')",
    'DELETE FROM alert_rules',
  ];
  const seen = new Set([await store.revision()]);
  for (const edit of edits) {
    await shell(url, edit);
    seen.add(await store.revision());
  }
  expect(seen.size).toBe(edits.length + 1);
});

test('a row that is wrong is told in one line, and the others are used', async () => {
  const { url, store } = await opened();
  await shell(
    url,
    `INSERT INTO alert_rules (name, metric, threshold) VALUES ('good', 'loss', 0.5), ('bad', 'loss', 5), ('worse', 'lost', 1);
     INSERT INTO alert_channels (name, kind, settings) VALUES ('good', 'webhook', '{"url":"https://example.com/"}'), ('bad', 'pigeon', '{}'), ('worse', 'webhook', '{"url":"secret"}'), ('worst', 'webhook', '{"url":"https://example.com/","secret":"whsec_"}');
     INSERT INTO maintenances (starts, ends) VALUES (${NOW}, ${NOW - 1});
     INSERT INTO destination_parents (destination_id, parent_id) VALUES (1, 2), (2, 1)`,
  );
  const { rules, channels, problems } = await store.config();
  expect(rules.map(({ name }) => name)).toEqual(['source', 'good']);
  expect([...channels.values()].map(({ name }) => name)).toEqual(['good']);
  expect(problems.map(({ table, problem }) => `${table}: ${problem}`)).toEqual([
    'alert_channels: kind "pigeon": expected webhook, email, command',
    'alert_channels: settings.url: expected a URL that begins with https:// or http://',
    'alert_channels: settings.secret: expected base64 behind whsec_',
    'alert_rules: threshold 5: expected a share from 0 to 1',
    'alert_rules: metric "lost": expected state, source, silence, loss, p50, p95, p99, ipdv_mean',
    'destination_parents: is its own parent, by way of its parents',
    'maintenances: ends: expected a moment after starts',
  ]);
});

test('what is written twice is there once, and what begins together is one message for each channel', async () => {
  const { access, store, outbox } = await opened();
  const many = Array.from({ length: 150 }, () => facts('fired', {}, [1, 2]));
  await store.write(many, NOW);
  await store.write(many, NOW + 1);
  expect(await access.read((data) => alertCounts(data))).toMatchObject({ firing: 150, critical: 150 });
  for (const channel of [1, 2]) {
    const waiting = (await claimed(outbox, NOW, channel)) as Waiting;
    expect(waiting.counts).toEqual({ fired: 150, repeated: 0, resolved: 0 });
    expect(waiting.events).toHaveLength(100);
    await outbox.note({ message: waiting.message, channelId: channel, at: NOW });
    expect(await claimed(outbox, NOW + 1, channel)).toBeUndefined();
  }
});

test('what is gathered is told by rule: since when, and until when', async () => {
  const { store, outbox } = await opened();
  await store.write([facts('fired'), facts('fired', { rule_id: 2 })], NOW);
  await store.write([facts('fired')], NOW + 500);
  expect(await outbox.gathered({ channelId: 1, sourceId: 1 })).toEqual([
    { rule_id: 1, first: NOW, last: NOW + 500 },
    { rule_id: 2, first: NOW, last: NOW },
  ]);
  // Nothing is told that is in no message.
  expect(await next(outbox, NOW + 1000)).toBeUndefined();
  await outbox.claim({ channelId: 1, sourceId: 1, ruleId: 1 });
  expect(((await next(outbox, NOW + 1000)) as Waiting).counts.fired).toBe(2);
  expect(await outbox.gathered({ channelId: 1, sourceId: 1 })).toMatchObject([{ rule_id: 2 }]);
  expect(await outbox.gathered({ channelId: 1, sourceId: 2 })).toEqual([]);
});

test('the end of an alert waits for its beginning, and is told only those who were told of it', async () => {
  const { store, outbox } = await opened();
  const alert = facts('fired', {}, [1]);
  const other = facts('fired', {}, [1]);
  await store.write([alert], NOW);
  await outbox.claim({ channelId: 1, sourceId: 1, ruleId: 1 });
  await store.write([{ ...facts('resolved', { uid: alert.alert.uid }, [1, 2]) }], NOW + 1);
  await outbox.claim({ channelId: 1, sourceId: 1, ruleId: 1 });
  await store.write([other], NOW + 2);
  await outbox.claim({ channelId: 1, sourceId: 1, ruleId: 1 });
  const first = (await next(outbox, NOW + 10)) as Waiting;
  expect(first.events.map(({ kind }) => kind)).toEqual(['fired']);
  await outbox.note({ message: first.message, channelId: 1, at: NOW + 10, error: 'no', nextTry: NOW + 1000 });
  // Another alert does not wait for it.
  const second = (await next(outbox, NOW + 20)) as Waiting;
  expect(second.events.map(({ kind, alert: { uid } }) => [kind, uid])).toEqual([['fired', other.alert.uid]]);
  await outbox.note({ message: second.message, channelId: 1, at: NOW + 20 });
  expect(await next(outbox, NOW + 30)).toBeTypeOf('number');
  const again = (await next(outbox, NOW + 1000)) as Waiting;
  expect([again.message, again.attempts]).toEqual([first.message, 1]);
  await outbox.note({ message: again.message, channelId: 1, at: NOW + 1000 });
  const end = (await next(outbox, NOW + 1000)) as Waiting;
  expect(end.events.map(({ kind }) => kind)).toEqual(['resolved']);
  await outbox.note({ message: end.message, channelId: 1, at: NOW + 1000 });
  expect(await next(outbox, NOW + 2000)).toBeUndefined();
  expect(await next(outbox, NOW + 2000, 2)).toBeUndefined();
});

test('a suppressed alert is told nobody; each source goes on with its own', async () => {
  const { access, store, outbox } = await opened();
  const mine = facts('fired');
  await store.write([facts('suppressed', { suppressed: 'parent 2' }), mine], NOW);
  await store.write([facts('fired', { source_id: 2 })], NOW);
  expect(((await claimed(outbox, NOW)) as Waiting).events.map(({ alert }) => alert.uid)).toEqual([
    mine.alert.uid,
  ]);
  const open = await store.open(1);
  expect(open.map(({ state }) => state)).toEqual(['suppressed', 'firing']);
  expect(open[1]).toEqual(mine.alert);
  const found = await access.read((data) =>
    readAlerts(data, { states: ['firing'], sources: [2], since: NOW - 1, until: NOW + 1, limit: 10 }),
  );
  expect(found).toHaveLength(1);
});

test('what is for a channel that was removed is for nobody', async () => {
  const { url, store, outbox } = await opened();
  await shell(url, "INSERT INTO alert_channels (name, kind) VALUES ('a', 'webhook')");
  await store.write([facts('fired', {}, [1, 2])], NOW);
  await outbox.dropOrphans();
  expect(await claimed(outbox, NOW)).toBeTypeOf('object');
  expect(await claimed(outbox, NOW, 2)).toBeUndefined();
  expect(await shell(url, "SELECT error FROM alert_deliveries WHERE state = 'failed'")).toBe(
    'the channel was removed',
  );
});
