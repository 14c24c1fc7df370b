import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { pinger, type Running, start } from '../support/command.ts';
import { temporaryFolder } from '../support/files.ts';
import { PostgresServer, serverPackage } from '../support/postgres-server.ts';
import { canOpenRawSockets } from '../support/privileges.ts';
import { WaveringLine } from '../support/wavering-line.ts';

const folder = temporaryFolder();
const spill = () => join(folder(), 'spill');
const standby = () => join(spill(), 'standby.json');
const addresses = Array.from({ length: 20 }, (_, n) => `127.0.1.${n + 1}`);

let server: PostgresServer;
let line: WaveringLine;
let database: string;
let made = 0;

const url = (password = 'secret') => `postgres://monitor:${password}@127.0.0.1:${line.port}/${database}`;
const here = () => ({ cwd: folder(), env: { PINGER_DATABASE: url() } });
const RUN = () => ['run', '--json', '--source', 'here', '--log-level', 'info', '--spill', spill()];

const printed = (stdout: string): string[] =>
  stdout
    .slice(0, stdout.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((text) => text.startsWith('{"type":"result"'))
    .map((text) => JSON.parse(text))
    .map(({ destination_id, rtime, rseq, outcome }) => `${destination_id} ${rtime} ${rseq} ${outcome}`);

async function stored(): Promise<string[]> {
  const rows = await server.query(
    "SELECT destination_id || ' ' || rtime || ' ' || rseq || ' ' || outcome AS told FROM results ORDER BY id",
    database,
  );
  return (rows as { told: string }[]).map(({ told }) => told);
}

const countersOf = (stdout: string) => JSON.parse(stdout.trim().split('\n').at(-1) as string);

async function running(): Promise<Running> {
  await pinger(['destinations', 'add', ...addresses, '-i', '50'], here());
  const monitor = start(RUN(), here());
  await monitor.until(/"type":"result"/);
  return monitor;
}

const endConnections = () =>
  server.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'monitor'");

/** Ends it in order, and expects everything that it has printed to be in the database. */
async function expectAllStored(monitor: Running): Promise<void> {
  await sleep(500);
  monitor.child.kill('SIGINT');
  const { stdout, code } = await monitor.finished;
  expect(code).toBe(0);
  expect(countersOf(stdout)).toMatchObject({ lost: 0, waiting: 0, spill_results: 0 });
  expect(await stored()).toEqual(printed(stdout));
}

describe.skipIf(!canOpenRawSockets() || serverPackage() === undefined)(
  "a server's outage",
  { timeout: 60_000 },
  () => {
    beforeAll(async () => {
      server = await PostgresServer.start();
      await server.query("CREATE USER monitor SUPERUSER PASSWORD 'secret'");
    });
    afterAll(() => server.stop());
    beforeEach(async () => {
      database = `outage${made++}`;
      await server.query(`CREATE DATABASE ${database}`);
      line = await WaveringLine.to(server.port);
    });
    afterEach(() => line.close());

    test('by SIGKILL: probing goes on, and everything is stored once, in order, when it is back', async () => {
      const monitor = await running();
      await server.halt('SIGKILL');
      await monitor.until(/results\.spilling/);
      const before = printed(monitor.stdout).length;
      await sleep(2000);
      expect(printed(monitor.stdout).length - before).toBeGreaterThan(400);
      expect(readdirSync(spill())).toContain('00000001.spill');
      await server.resume();
      await monitor.until(/results\.resumed/);
      await expectAllStored(monitor);
      expect(readdirSync(spill())).toEqual(['standby.json']);
    });

    test('of its network, in which packets vanish: results are on the disk before anybody gives up', async () => {
      const monitor = await running();
      line.become('mute');
      await monitor.until(/results\.spilling/, 20_000);
      expect(monitor.stderr).toMatch(/database: has not stored a batch within 5 s/);
      await sleep(8000);
      line.become('up');
      await monitor.until(/results\.resumed/, 20_000);
      await expectAllStored(monitor);
    });

    test('in whose silence the monitor is stopped: it says what waits, and the next one stores it', async () => {
      const first = await running();
      line.become('mute');
      await first.until(/results\.spilling/, 20_000);
      const before = Date.now();
      first.child.kill('SIGINT');
      await first.until(/ results wait in .*spill; the next run stores them\./, 20_000);
      const { code, stdout } = await first.finished;
      expect(Date.now() - before).toBeLessThan(20_000);
      expect(code).toBe(0);
      line.become('up');
      const second = await pinger([...RUN(), '--duration', '2s'], here());
      expect(await stored()).toEqual([...printed(stdout), ...printed(second.stdout)]);
    });

    test('after which another server has its address', async () => {
      const monitor = await running();
      line.become('refusing');
      await monitor.until(/results\.spilling/);
      await server.halt();
      server.port++;
      await server.resume();
      line.target = server.port;
      line.become('up');
      await monitor.until(/results\.resumed/);
      await expectAllStored(monitor);
    });

    test('of connections alone, again and again, some of them during COMMIT', async () => {
      const monitor = await running();
      for (let n = 0; n < 40; n++) {
        await sleep(100);
        await endConnections();
      }
      await sleep(6000);
      await expectAllStored(monitor);
    });

    test('by a password that is changed, and changed back', async () => {
      const monitor = await running();
      await server.query("ALTER USER monitor PASSWORD 'another'");
      await endConnections();
      await monitor.until(/results\.spilling/);
      expect(monitor.stderr).toMatch(/password authentication failed/);
      await server.query("ALTER USER monitor PASSWORD 'secret'");
      await monitor.until(/results\.resumed/);
      await expectAllStored(monitor);
    });

    test('in which the monitor is killed and starts again: it probes what it knows, and all of it arrives', async () => {
      const first = await running();
      await first.until(/"rseq":60/);
      expect(existsSync(standby())).toBe(true);
      await server.halt('SIGQUIT');
      await first.until(/results\.spilling/);
      await sleep(1500);
      const ofFirst = printed(first.stdout);
      await sleep(1500);
      first.child.kill('SIGKILL');
      await first.finished;
      // Less than a second is no gap.
      await sleep(1500);

      const second = start([...RUN(), addresses[0] as string], here());
      await second.until(/"rseq":40/);
      expect(second.stderr).toMatch(
        /"copied":"[-\dT:.]+Z","destinations":20,"error":"database [^"]*: the server cannot be reached [^"]*","level":"warn","message":"database\.away"/,
      );
      expect(second.stderr).toContain(
        `Already there, with their own settings: ${addresses[0]} (destination 1).`,
      );
      await server.resume();
      await second.until(/database\.reached/);
      await second.until(/results\.resumed/);
      await server.query(
        'INSERT INTO destinations (address, "interval") VALUES (\'127.0.9.9\', 50)',
        database,
      );
      await second.until(/"destination":"127\.0\.9\.9"/);
      second.child.kill('SIGINT');
      const { stdout, code } = await second.finished;
      expect(code).toBe(0);
      const all = await stored();
      expect(new Set(all).size).toBe(all.length);
      const told = [...ofFirst, ...printed(stdout)];
      const wanted = new Set(told);
      expect(all.filter((each) => wanted.has(each))).toEqual(told);
      const gaps = await server.query('SELECT reason, CAST(start AS text) AS start FROM gaps', database);
      // It was away since its last result, not since the server was.
      expect(gaps).toEqual([{ reason: 'down', start: expect.stringMatching(/^\d{19}$/) }]);
      const [, lastTime = ''] = (ofFirst.at(-1) as string).split(' ');
      expect((gaps[0] as { start: string }).start >= lastTime).toBe(true);
    });

    test('before the first start, and one that says no: one line, exit 1', async () => {
      line.become('refusing');
      const quiet = [...RUN(), '--log-level', 'warn'];
      const first = await pinger(quiet, here());
      expect(first).toMatchObject({ code: 1, stdout: '' });
      expect(first.stderr).toMatch(
        /^pinger: database postgres:\/\/[^\n]*: the server cannot be reached \([^\n]*\)\n$/,
      );
      expect(existsSync(spill())).toBe(false);

      line.become('up');
      await expectAllStored(await running());
      const second = await pinger([...quiet, '--database', url('wrong')], here());
      expect(second).toMatchObject({ code: 1, stdout: '' });
      expect(second.stderr).toMatch(/^pinger: database [^\n]*password authentication failed[^\n]*\n$/);
    });
  },
);
