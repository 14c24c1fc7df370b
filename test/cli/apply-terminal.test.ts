import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MAIN } from '../support/command.ts';
import { temporaryDatabase } from '../support/databases.ts';
import { temporaryFolder } from '../support/files.ts';
import { hasProgram } from '../support/privileges.ts';
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
