import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MAIN } from '../support/command.ts';
import { temporaryDatabase } from '../support/databases.ts';
import { temporaryFolder } from '../support/files.ts';
import { hasProgram } from '../support/privileges.ts';
import { Tmux } from '../support/tmux.ts';
import { connection, destinationsOf, pinger } from './support.ts';

const folder = temporaryFolder();

/** Runs the command on a terminal of its own, with what somebody types there. */
function onTerminal(command: string[], typed: string): string {
  const line = command.map((word) => `'${word}'`).join(' ');
  return execFileSync('script', ['-qec', line, '/dev/null'], { input: typed, encoding: 'utf8' });
}

test.runIf(hasProgram('script')).each([
  ['y\n', 1],
  ['n\n', 2],
  ['\n', 2],
])('apply asks on a terminal before it removes anything: %j leaves %i rows', async (answer, left) => {
  const database = await temporaryDatabase();
  await pinger(database, 'destinations', 'add', '192.0.2.1', '192.0.2.2');
  const path = join(folder(), 'destinations.yaml');
  writeFileSync(path, 'destinations:\n  - address: 192.0.2.1\n');
  const command = [process.execPath, MAIN, 'apply', path, '--database', database];
  // Who answers no gets the exit code of a command that has not done what it was asked.
  const run = () => onTerminal(command, answer);
  if (left === 1) expect(run()).toContain('Remove 1 destination? [y/N] ');
  else
    expect(run).toThrow(
      expect.objectContaining({ status: 1, stdout: expect.stringContaining('nothing is changed') }),
    );
  expect(await destinationsOf(await connection(database))).toHaveLength(left);
});

test.runIf(hasProgram('tmux')).each([
  ['Ctrl-C', ['C-c'], 2],
  ['Ctrl-D', ['C-d'], 2],
  ['Ctrl-Z, fg and y', ['C-z', 'fg', 'Enter', 'y', 'Enter'], 1],
])('whoever is asked may answer by %s', { timeout: 60_000 }, async (_, keys, left) => {
  const database = await temporaryDatabase();
  await pinger(database, 'destinations', 'add', '192.0.2.1', '192.0.2.2');
  const path = join(folder(), 'destinations.yaml');
  writeFileSync(path, 'destinations:\n  - address: 192.0.2.1\n');
  const tmux = new Tmux({ width: 100, height: 24 });
  tmux.enter(`cd ${folder()}; before=$(stty -a)`);
  tmux.enter(`${process.execPath} ${MAIN} apply ${path} --database ${database}; echo code=$?`);
  await tmux.until(/Remove 1 destination\? \[y\/N\]/);
  for (const key of keys) {
    tmux.press(key);
    if (key === 'C-z') await tmux.until(/Stopped/);
    if (key === 'Enter') await tmux.until(left === 1 ? /fg/ : /code/);
  }
  const screen = await tmux.until(left === 1 ? /Removed|removed/ : /^code=1$/m);
  if (left === 2) expect(screen).toContain('nothing is changed');
  expect(screen).not.toMatch(/Warning|at .*\.js/);
  tmux.enter('[ "$(stty -a)" = "$before" ] && echo the same');
  await tmux.until(/^the same$/m);
  expect(await destinationsOf(await connection(database))).toHaveLength(left);
});
