import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { isAskable, newest, PACKAGE } from './releases.ts';
import type { StepFailure } from './step.ts';
import { tryNode } from './try-node.ts';

const SUPPORTED = ['20', '22', '24', '26'];

const say = (text: string) => process.stdout.write(text);

const program = new Command('npm run test:nodes --')
  .description('Install, tests and bench of this checkout, each with several versions of Node.')
  .argument(
    '[version...]',
    'such as 24 (its newest) or 24.1.0; without any, all that pinger supports',
    version,
  )
  .option(
    '--tests <filter>',
    'only the test files whose paths have this in them; may be given more than once',
    (filter: string, before: string[] = []) => [...before, filter],
  )
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error:/, 'test:nodes:')) })
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .action(main);

await program.parseAsync();

function version(asked: string, before: string[] = []): string[] {
  if (!isAskable(asked))
    throw new InvalidArgumentError('A version of Node is asked for, such as 24 or 24.1.0.');
  return [...before, asked];
}

async function main(versions: string[] = SUPPORTED, { tests = [] }: { tests?: string[] }): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  for (const release of chosen(versions)) {
    if (!(await passes(release, tests, stop.signal))) process.exitCode = 1;
    if (stop.signal.aborted) return;
  }
}

function chosen(versions: string[]): string[] {
  const listed = spawnSync('npm', ['view', PACKAGE, 'versions', '--json'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (listed.status !== 0) {
    process.stderr.write(`test:nodes: npm does not tell which versions ${PACKAGE} has\n`);
    process.exit(1);
  }
  const releases: string[] = JSON.parse(listed.stdout);
  return versions.map(
    (asked) => newest(asked, releases) ?? program.error(`error: npm's ${PACKAGE} has no Node ${asked}`),
  );
}

/** One line for each version, written as it goes, because the tests take long. */
async function passes(release: string, tests: string[], signal: AbortSignal): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'pinger-nodes-'));
  // Some tests run as another user.
  chmodSync(folder, 0o755);
  const failures: StepFailure[] = [];
  try {
    say(`Node ${release}: `);
    let separator = '';
    for await (const { text, failure } of tryNode({ release, folder, tests, signal })) {
      if (signal.aborted) break;
      say(`${separator}${text}`);
      separator = ', ';
      if (failure) failures.push(failure);
    }
    say(signal.aborted ? `${separator}interrupted\n` : '\n');
    for (const { message, output } of failures) say(`\n${message}:\n${output}\n\n`);
    return failures.length === 0 && !signal.aborted;
  } finally {
    // What has failed can be looked at and run again there, without the minutes of an install.
    if (failures.length > 0) say(`It is all in ${folder}\n\n`);
    else rmSync(folder, { recursive: true, force: true });
  }
}
