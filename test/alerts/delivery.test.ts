import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { AlertMessage } from '../../src/alerts/message.ts';
import { start, until } from '../support/command.ts';
import { temporaryFolder } from '../support/files.ts';
import { canOpenRawSockets } from '../support/privileges.ts';
import { receiver } from '../support/receiver.ts';
import { sqlite } from '../support/sqlite-shell.ts';

const folder = temporaryFolder();

describe.skipIf(!canOpenRawSockets())('with a real monitor', () => {
  test('an alert arrives however often the monitor is killed and the receiver fails, and its end comes after it', async () => {
    const hook = await receiver();
    const file = join(folder(), 'pinger.db');
    const run = () => {
      const running = start(['run', '127.0.0.1', '-i', '100ms', '--quiet', '--log-level', 'warn'], {
        cwd: folder(),
      });
      onTestFinished(() => void running.child.kill('SIGKILL'));
      return running;
    };
    // Everything takes longer than no time at all.
    const first = run();
    await first.until(/Probing as source/);
    sqlite(
      file,
      `INSERT INTO alert_channels (name, kind, settings) VALUES ('hook', 'webhook', '{"url":"${hook.url}","secret":"hidden"}');
       INSERT INTO alert_rules (name, metric, threshold, span, recovery_hold) VALUES ('slow', 'p50', 0, 1000, 0)`,
    );
    hook.answer = () => undefined;
    await until(() => hook.received.length === 1);
    // It has the message, and has not said so.
    first.child.kill('SIGKILL');
    await first.finished;
    expect(sqlite(file, 'SELECT state, kind, attempts FROM alert_deliveries')).toBe('waiting|fired|0');
    // Other sources would miss it.
    expect(sqlite(file, 'SELECT stopped FROM sources')).toBe('0');

    hook.answer = (response) => response.writeHead(500).end();
    const second = run();
    await until(() => hook.received.length === 2);
    await until(() => sqlite(file, 'SELECT error FROM alert_deliveries') !== '');
    expect(sqlite(file, 'SELECT state, attempts, error FROM alert_deliveries')).toBe(
      'waiting|1|answered 500 Internal Server Error',
    );
    hook.answer = (response) => response.writeHead(204).end();
    // It is over before anybody has been told that it began.
    sqlite(file, "DELETE FROM alert_rules WHERE name = 'slow'");
    await until(() => hook.received.length === 4, 15_000);
    await until(
      () => sqlite(file, "SELECT count(*) FROM alert_deliveries WHERE state = 'delivered'") === '2',
    );
    const messages = hook.received.map(({ body }) => JSON.parse(body) as AlertMessage);
    expect(messages.map(({ events }) => events.map(({ kind }) => kind))).toEqual([
      ['fired'],
      ['fired'],
      ['fired'],
      ['resolved'],
    ]);
    // One message, three times; whoever goes by its id gets it once.
    const ids = hook.received.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids.slice(0, 3)).size).toBe(1);
    expect(ids[3]).not.toBe(ids[0]);
    expect(new Set(messages.flatMap(({ events }) => events.map(({ alert }) => alert.id))).size).toBe(1);
    expect(messages[3]?.events[0]?.alert).toMatchObject({
      destination: '127.0.0.1',
      state: 'resolved',
      ended: 'the rule no longer applies',
    });
    expect(sqlite(file, 'SELECT count(*) FROM alerts')).toBe('1');
    second.child.kill('SIGINT');
    expect(await second.finished).toMatchObject({ code: 0 });
    expect(sqlite(file, 'SELECT stopped FROM sources')).toBe('1');
    expect(first.stderr + second.stderr).not.toMatch(/hidden/);
  }, 60_000);
});
