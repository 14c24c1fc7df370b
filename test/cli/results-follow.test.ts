import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { Running } from '../support/command.ts';
import { temporaryDatabase } from '../support/databases.ts';
import { addResults, connection, objects, pinger } from './support.ts';

let database: string;
let dataSource: DataSource;

beforeEach(async () => {
  database = await temporaryDatabase();
  await pinger(database, 'destinations', 'add', '192.0.2.1', 'example.com');
  dataSource = await connection(database);
});

const follow = (...args: string[]) => {
  const main = join(import.meta.dirname, '../../src/cli/main.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', main, 'results', '--follow', ...args], {
    env: { ...process.env, PINGER_DATABASE: database },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return new Running(child);
};
const printed = ({ stdout }: { stdout: string }) =>
  objects({ code: 0, stdout, stderr: '' }).map(({ id }) => id);

test.each(['SIGINT', 'SIGTERM'] as const)(
  'prints new results once until %s',
  { timeout: 30_000 },
  async (signal) => {
    await addResults(dataSource, [{}, { outcome: 'timeout' }, {}]);
    const running = follow('--json', '-n', '1', '--outcome', 'reply', '--destination', '1');
    await running.until(/"id":3\b/);
    await addResults(dataSource, [{ outcome: 'timeout' }, { destination_id: 2 }, { rtime: 5 }]);
    await running.until(/"id":6\b/);
    await dataSource.query(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
    INSERT INTO results (rtime, destination_id) SELECT i, 1 FROM n`);
    await running.until(/"id":2506\b/);
    await sleep(600);
    running.child.kill(signal);
    expect(await running.finished).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(printed(running)).toEqual([3, ...Array.from({ length: 2501 }, (_, index) => index + 6)]);
  },
);

test('shows the headings while there is nothing yet', { timeout: 30_000 }, async () => {
  const running = follow('-n', '0');
  await running.until(/^time .*\n$/);
  await addResults(dataSource, [{}]);
  await running.until(/\n.*192\.0\.2\.1 .*\n$/);
  running.child.kill('SIGINT');
  expect(await running.finished).toMatchObject({ code: 0 });
});

test('ends at a signal although nobody reads', { timeout: 30_000 }, async () => {
  await dataSource.query(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
    INSERT INTO results (rtime, destination_id) SELECT i, 1 FROM n`);
  const running = follow('--json', '-n', '20000');
  await running.until(/"id":1\b/);
  running.child.stdout?.pause();
  await sleep(500);
  running.child.kill('SIGINT');
  await sleep(200);
  running.child.stdout?.resume();
  expect(await running.finished).toMatchObject({ code: 0, signal: null });
  expect(printed(running).length).toBeLessThan(20_000);
});
