import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { MAIN, pinger, start, until } from '../support/command.ts';
import { temporaryFolder } from '../support/files.ts';
import { sqlite } from '../support/sqlite-shell.ts';

const folder = temporaryFolder();

const ROWS = 400_000;

let env: NodeJS.ProcessEnv;

beforeEach(async () => {
  const file = join(folder(), 'test.db');
  env = { PINGER_DATABASE: `sqlite:${file}` };
  await pinger(['destinations', 'add', '192.0.2.1'], { env });
  sqlite(
    file,
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${ROWS})
      INSERT INTO results (rtime, outcome, destination_id) SELECT 1732000000000000000 + i, 'reply', 1 FROM n`,
  );
});

const others = () => readdirSync(folder()).filter((name) => !name.startsWith('test.db'));

test('a signal leaves no half file', async () => {
  const path = join(folder(), 'out.csv');
  const running = start(['export', 'results', '--output', path], { env });
  await until(() => others().length > 0);
  running.child.kill('SIGINT');
  const { code, stderr } = await running.finished;
  expect({ code, stderr }).toEqual({ code: 1, stderr: `pinger: interrupted: ${path} is not written\n` });
  expect(others()).toEqual([]);
});

test('a file has its name only when it is whole', async () => {
  const path = join(folder(), 'out.csv');
  const running = start(['export', 'results', '--output', path], { env });
  const seen = new Set<string>();
  void running.finished.then(() => seen.add('finished'));
  while (!seen.has('finished')) {
    for (const name of others()) seen.add(name === 'out.csv' ? name : 'part');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect([...seen].slice(0, 1)).toEqual(['part']);
  expect(others()).toEqual(['out.csv']);
  expect(Number(execFileSync('wc', ['-l', path], { encoding: 'utf8' }).split(' ')[0])).toBe(ROWS + 1);
});

test('who has read enough ends it without a word', () => {
  const lines = execFileSync(
    'bash',
    ['-c', 'set -o pipefail; "$0" "$1" export results | head -n 2', process.execPath, MAIN],
    {
      env: { ...process.env, ...env },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  expect(lines.trim().split('\r\n')).toEqual([
    expect.stringMatching(/^id,rtime,/),
    expect.stringMatching(/^1,1732000000000000001,1,192\.0\.2\.1,/),
  ]);
});
