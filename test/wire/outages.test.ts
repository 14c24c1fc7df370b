import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { MAIN, pinger, type Running, start, until } from '../support/command.ts';
import { temporaryFolder } from '../support/files.ts';
import { canOpenRawSockets, hasProgram } from '../support/privileges.ts';
import { canMakeMounts, SmallDisk } from '../support/small-disk.ts';
import { sqlite } from '../support/sqlite-shell.ts';

const folder = temporaryFolder();
const file = () => join(folder(), 'pinger.db');
const spill = () => join(folder(), 'pinger.db.here.spill');
const here = () => ({ cwd: folder() });
const addresses = (count: number) => Array.from({ length: count }, (_, n) => `127.0.1.${n + 1}`);
const RUN = ['run', '--json', '--source', 'here', '--log-level', 'info'];

/** A result as both the command and the table tell it. */
type Told = string;

/** What has been printed so far, whole lines only, in order. */
const printed = (stdout: string): Told[] =>
  stdout
    .slice(0, stdout.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line.startsWith('{"type":"result"'))
    .map((line) => JSON.parse(line))
    .map(({ destination_id, rtime, rseq, outcome }) => `${destination_id} ${rtime} ${rseq} ${outcome}`);

const QUERY =
  "SELECT destination_id || ' ' || rtime || ' ' || rseq || ' ' || outcome FROM results ORDER BY id";
const stored = (): Told[] => sqlite(file(), QUERY).split('\n').filter(Boolean);

const countersOf = (stdout: string) => JSON.parse(stdout.trim().split('\n').at(-1) as string);

/** Somebody else's process, which has the database to itself until it is killed. */
async function lock(): Promise<ChildProcess> {
  const shell = spawn('sqlite3', [file()], { stdio: ['pipe', 'pipe', 'inherit'] });
  shell.stdin.write('.timeout 5000\nBEGIN EXCLUSIVE;\nSELECT 1;\n');
  await once(shell.stdout, 'data');
  onTestFinished(() => void shell.kill('SIGKILL'));
  return shell;
}

async function unlock(shell: ChildProcess): Promise<void> {
  shell.kill('SIGKILL');
  await once(shell, 'exit');
}

/** Ends a process without a chance to do anything; what it printed more than a moment before is on the disk by now. */
async function killed(running: Running): Promise<Told[]> {
  const before = printed(running.stdout);
  // The time that a result may be in memory: until the next flush, and until that is on the disk.
  await sleep(1500);
  running.child.kill('SIGKILL');
  await running.finished;
  return before;
}

const inOrder = (results: Told[], of: Told[]): Told[] => {
  const wanted = new Set(of);
  return results.filter((each) => wanted.has(each));
};

describe.skipIf(!canOpenRawSockets() || !hasProgram('sqlite3'))('the database is locked', () => {
  test('for seconds: nothing is lost, and everything is there once, in the order in which it came', async () => {
    await pinger(['destinations', 'add', ...addresses(20), '-i', '20'], here());
    const running = start([...RUN, '--duration', '6s'], here());
    await running.until(/"type":"result"/);
    const shell = await lock();
    await running.until(/results\.spilling/);
    await sleep(1500);
    expect(readdirSync(spill())).toContain('00000001.spill');
    await unlock(shell);
    await running.until(/results\.resumed/);
    expect(existsSync(spill())).toBe(false);
    const { stdout, code } = await running.finished;
    expect(code).toBe(0);
    expect(stored()).toEqual(printed(stdout));
    expect(countersOf(stdout)).toMatchObject({ lost: 0, waiting: 0, spill_results: 0 });
    expect(countersOf(stdout).drained).toBeGreaterThan(500);
  });

  test('to the end and beyond: the process ends at once, says what waits, and the next one stores it', async () => {
    await pinger(['destinations', 'add', ...addresses(20), '-i', '20'], here());
    const running = start(RUN, here());
    await running.until(/"type":"result"/);
    const shell = await lock();
    await running.until(/results\.delayed/);
    const before = Date.now();
    running.child.kill('SIGINT');
    const first = await running.finished;
    expect(Date.now() - before).toBeLessThan(5000);
    expect(first.code).toBe(0);
    const { waiting, stored: before_ } = countersOf(first.stdout);
    expect(waiting).toBeGreaterThan(0);
    expect(first.stderr).toContain(
      `\n${waiting} results wait in pinger.db.here.spill; the next run stores them.\n`,
    );
    await unlock(shell);
    expect(stored()).toHaveLength(before_);
    const second = await pinger([...RUN, '--duration', '1s'], here());
    expect(second.stderr).toMatch(/"message":"results\.draining".*"waiting":\d+/);
    expect(stored()).toEqual([...printed(first.stdout), ...printed(second.stdout)]);
    expect(existsSync(spill())).toBe(false);
  });

  test('kill -9 in the middle of it, and again while what was spilled is drained: everything once, in order', async () => {
    await pinger(['destinations', 'add', ...addresses(100), '-i', '20'], here());
    const first = start(RUN, here());
    await first.until(/"type":"result"/);
    const shell = await lock();
    await first.until(/results\.spilling/);
    await sleep(4000);
    const ofFirst = await killed(first);
    await unlock(shell);
    expect(readdirSync(spill())).toContain('00000001.spill');

    const second = start(RUN, here());
    await second.until(/results\.draining/);
    await until(() => Number(sqlite(file(), 'SELECT count(*) FROM results')) > 8000);
    second.child.kill('SIGKILL');
    await second.finished;
    const left = readdirSync(spill());
    expect(left).toContain('00000001.spill');

    const third = await pinger([...RUN, '--duration', '3s'], here());
    expect(existsSync(spill())).toBe(false);
    const all = stored();
    expect(new Set(all).size).toBe(all.length);
    const told = [...ofFirst, ...printed(third.stdout)];
    expect(inOrder(all, told)).toEqual(told);
    // What else is there was printed as well, in this order, by the processes that were killed.
    const ever = [...printed(first.stdout), ...printed(second.stdout), ...printed(third.stdout)];
    const known = new Set(ever);
    const unseen = all.filter((each) => !known.has(each));
    expect(unseen.length).toBeLessThan(5000);
    expect(inOrder(ever, all)).toEqual(all.filter((each) => known.has(each)));
  }, 60_000);
});

describe.skipIf(!canOpenRawSockets() || !hasProgram('sqlite3') || !canMakeMounts())(
  'the disk is full',
  () => {
    const disk = async (size: string) => {
      const path = join(folder(), 'disk');
      mkdirSync(path);
      const small = await SmallDisk.mount(path, size);
      onTestFinished(() => small.close());
      return small;
    };
    const command = (small: SmallDisk, ...args: string[]) => small.start(process.execPath, MAIN, ...args);

    test('that the database is on: results wait on another', async () => {
      const small = await disk('4m');
      await command(small, 'destinations', 'add', ...addresses(50), '-i', '20').finished;
      const running = command(small, ...RUN, '--spill', spill(), '--duration', '8s');
      await running.until(/"type":"result"/);
      small.fill();
      await running.until(/results\.spilling/);
      await sleep(2000);
      expect(readdirSync(spill())).toContain('00000001.spill');
      small.free();
      await running.until(/results\.resumed/);
      const { stdout, stderr, code } = await running.finished;
      expect(code).toBe(0);
      expect(stderr).toMatch(/database pinger\.db: SQLITE_FULL/);
      expect(small.run('sqlite3', 'pinger.db', QUERY).split('\n')).toEqual(printed(stdout));
      expect(countersOf(stdout)).toMatchObject({ lost: 0, waiting: 0 });
    });

    test('that both are on: results wait in memory, and are stored when there is room again', async () => {
      const small = await disk('4m');
      await command(small, 'destinations', 'add', ...addresses(50), '-i', '20').finished;
      const running = command(small, ...RUN, '--duration', '10s');
      await running.until(/"type":"result"/);
      small.fill();
      await running.until(/results\.unspilled/);
      expect(running.stderr).toContain('spill pinger.db.here.spill: the disk is full');
      await sleep(2000);
      small.free();
      await running.until(/results\.resumed/);
      const { stdout, code } = await running.finished;
      expect(code).toBe(0);
      expect(small.run('sqlite3', 'pinger.db', QUERY).split('\n')).toEqual(printed(stdout));
      expect(countersOf(stdout)).toMatchObject({ lost: 0, waiting: 0 });
      expect(small.run('ls').split('\n')).toEqual(['pinger.db']);
    });
  },
);
