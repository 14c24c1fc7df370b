import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE } from './releases.ts';
import { StepFailure, step } from './step.ts';

const CHECKOUT = join(import.meta.dirname, '../..');

/** What is read of vitest's report: https://vitest.dev/guide/reporters#json-reporter */
interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
}

export interface Trial {
  release: string;
  /** An empty folder. */
  folder: string;
  /** vitest's filters; none are all tests. */
  tests: readonly string[];
  signal: AbortSignal;
}

/** What came of one part of a trial. */
export interface Finding {
  text: string;
  failure?: StepFailure;
}

/** Installs a Node, has it install a copy of the checkout, and runs tests and bench there. */
export async function* tryNode({ release, folder, tests, signal }: Trial): AsyncGenerator<Finding> {
  const copy = join(folder, 'pinger');
  const node = join(folder, 'node_modules', PACKAGE);
  const run = (name: string, ...command: [string, ...string[]]) =>
    step({ node, folder: copy, log: join(folder, `${name}.log`), signal }, ...command);

  const install = await finding('install', async () => {
    copyTracked(copy);
    await run('node', 'npm', 'install', '--prefix', folder, `${PACKAGE}@${release}`);
    const seconds = await run('install', 'npm', 'ci');
    const built = await finding('', () => run('raw-socket', 'node', '-e', "require('raw-socket')"));
    return `install ${seconds.toFixed(0)} s (raw-socket ${built.failure ? 'left out' : 'built'})`;
  });
  yield install;
  if (install.failure) return;

  const report = join(folder, 'tests.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const tested = await finding('tests', () => run('tests', 'npm', 'test', '--', ...reporters, ...tests));
  yield { ...tested, text: existsSync(report) ? counted(report, tested) : tested.text };

  yield finding('bench', async () => {
    await run('bench', 'npm', 'run', 'bench', '--', '--quick');
    return 'bench passed';
  });
}

/** How many tests there were of each kind. A run fails without a failed test, too, as by an error outside of all. */
function counted(report: string, { failure, text }: Finding): string {
  const counts = JSON.parse(readFileSync(report, 'utf8')) as Report;
  const { numPassedTests: passed, numFailedTests: failed, numPendingTests: skipped } = counts;
  if (failure && failed === 0) return text;
  const others = Object.entries({ failed, skipped }).filter(([, count]) => count > 0);
  return [`${passed} tests passed`, ...others.map(([kind, count]) => `${count} ${kind}`)].join(', ');
}

async function finding(name: string, part: () => Promise<string | number>): Promise<Finding> {
  try {
    return { text: String(await part()) };
  } catch (error) {
    if (!(error instanceof StepFailure)) throw error;
    return { text: `${name} failed`, failure: error };
  }
}

/** Files that git knows, as they are in the working tree. */
function copyTracked(to: string): void {
  const listed = execFileSync('git', ['ls-files', '-z'], { cwd: CHECKOUT, encoding: 'utf8' });
  mkdirSync(to);
  for (const file of listed.split('\0'))
    if (file !== '' && existsSync(join(CHECKOUT, file))) cpSync(join(CHECKOUT, file), join(to, file));
}
