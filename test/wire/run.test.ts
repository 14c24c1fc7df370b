import { spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { BAD_ADDRESSES } from '../support/bad-addresses.ts';
import { MAIN, pinger, Running, start, until } from '../support/command.ts';
import { temporaryFolder } from '../support/files.ts';
import { canOpenRawSockets, hasProgram } from '../support/privileges.ts';
import { sqlite } from '../support/sqlite-shell.ts';

const folder = temporaryFolder();
const file = () => join(folder(), 'pinger.db');
const here = (extra: NodeJS.ProcessEnv = {}) => ({ cwd: folder(), env: extra });
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const jsonLines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe.skipIf(!canOpenRawSockets())('pinger run', () => {
  test('on an empty table probes the loopback, says so, and says how to add destinations', async () => {
    const { code, stdout, stderr } = await pinger(['run', '--duration', '1500ms'], here());
    expect(code).toBe(0);
    expect(stderr).toContain(
      'The table of destinations was empty: 127.0.0.1 (destination 1), ::1 (destination 2) are in it now.',
    );
    expect(stderr).toContain('pinger destinations add');
    expect(stdout).toMatch(/^time +destination +from +outcome +seq +rtt ms +ttl\n/);
    expect(stdout).toMatch(/\n\d\d:\d\d:\d\d\.\d{3} +127\.0\.0\.1 +127\.0\.0\.1 +reply +0 +\d+\.\d{3} +64\n/);
    expect(stdout).toMatch(/\ndestination +sent +loss +burst .*\n127\.0\.0\.1 +[12] +0% /);
    expect(sqlite(file(), 'SELECT count(*) > 1 FROM results')).toBe('1');
  });

  test('probes what is named, beside what is in the table, and does not add it twice', async () => {
    const args = ['run', '127.0.0.2', '127.0.0.3', '-i', '100', '--duration', '300'];
    const first = await pinger(args, here());
    expect(first.stderr).toContain('Added 127.0.0.2 (destination 1), 127.0.0.3 (destination 2).');
    const second = await pinger(['run', '127.0.0.3', '-i', '999', '--duration', '300'], here());
    expect(second.stderr).toContain('Already there, with their own settings: 127.0.0.3 (destination 2).');
    expect(second.stdout).toMatch(/127\.0\.0\.2 .*reply/);
    expect(sqlite(file(), 'SELECT address, interval FROM destinations')).toBe('127.0.0.2|100\n127.0.0.3|100');
  });

  test('--json prints nothing but JSON: results with an exact rtime, a summary each, the counters', async () => {
    const { stdout } = await pinger(
      ['run', '127.0.0.1', '-i', '50', '--json', '--duration', '400', '--size', '32'],
      here(),
    );
    const lines = jsonLines(stdout);
    const results = lines.filter(({ type }) => type === 'result');
    expect(results[0]).toEqual({
      type: 'result',
      destination_id: 1,
      destination: '127.0.0.1',
      rtime: expect.stringMatching(/^\d{19}$/),
      address: '127.0.0.1',
      rtt: expect.any(Number),
      rtype: 1,
      rcode: 0,
      icmptype: 0,
      rid: 1,
      rseq: 0,
      datamatch: true,
      rttl: 64,
      outcome: 'reply',
      doubt: null,
    });
    expect(results.map(({ rtime }) => rtime)).toEqual(
      sqlite(file(), 'SELECT rtime FROM results ORDER BY id').split('\n'),
    );
    expect(lines.filter(({ type }) => type === 'summary')).toMatchObject([
      { destination: '127.0.0.1', sent: results.length, loss: 0 },
    ]);
    const measured = Object.fromEntries(
      ['lateness_p50', 'lateness_p99', 'lateness_p999', 'lateness_max'].map((name) => [
        name,
        expect.any(Number),
      ]),
    );
    expect(lines.at(-1)).toMatchObject({
      type: 'counters',
      stored: results.length,
      lost: 0,
      waiting: 0,
      ...measured,
      loop_delay_max: expect.any(Number),
      doubts: { dropped: 0, suspended: 0, cut_off: 0, abandoned: 0 },
    });
    expect(sqlite(file(), 'SELECT length(data) FROM destinations')).toBe('32');
  });

  test('says which results are in doubt, and counts them at the end', async () => {
    const silent = createSocket('udp4').bind(0, '127.0.0.1');
    onTestFinished(() => void silent.close());
    await once(silent, 'listening');
    const target = `udp://127.0.0.1:${silent.address().port}`;
    const { stdout } = await pinger(
      ['run', target, '-i', '100ms', '--timeout', '10s', '--duration', '300ms'],
      here(),
    );
    const lines = stdout.match(/ timeout .* in doubt: abandoned$/gm) ?? [];
    expect(lines.length).toBeGreaterThan(0);
    expect(stdout).toContain(
      ` ${lines.length} results in doubt, for reasons of this host's own: ${lines.length} abandoned.\n`,
    );
    expect(sqlite(file(), 'SELECT DISTINCT outcome, doubt FROM results')).toBe('timeout|abandoned');
  });

  test('says so when no destination of the table is active', async () => {
    await pinger(['destinations', 'add', '127.0.0.1', '--paused'], here());
    const { stderr } = await pinger(['run', '--duration', '100'], here());
    expect(stderr).toContain('No destination is probed; "pinger destinations list" says why.');
  });

  test('--quiet prints no more than the summary', async () => {
    const { stdout } = await pinger(['run', '127.0.0.1', '-q', '-i', '100', '--duration', '300'], here());
    expect(stdout).toMatch(/^\ndestination .*\n127\.0\.0\.1 .*\n\n\d+ results stored\.\n$/);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s ends it cleanly: summary, everything written, exit 0',
    async (signal) => {
      const running = start(['run', '127.0.0.1', '-i', '20'], here());
      await running.until(/reply +10 /);
      running.child.kill(signal);
      const { code, stdout } = await running.finished;
      expect(code).toBe(0);
      const [, sent] = /\n127\.0\.0\.1 +(\d+) +0% /.exec(stdout) ?? [];
      expect(sqlite(file(), 'SELECT count(*) FROM results')).toBe(sent);
    },
  );

  test('SIGINT while it starts ends it, too', async () => {
    const running = start(['run', '127.0.0.1', '--log-level', 'debug'], here());
    await until(() => existsSync(file()));
    running.child.kill('SIGINT');
    expect((await running.finished).code).toBe(0);
  });

  test('settings come from flag, then environment, then default', async () => {
    const environment = here({ PINGER_DATABASE: 'sqlite:other.db', PINGER_SOURCE: 'from-environment' });
    await pinger(['run', '127.0.0.1', '--duration', '100'], environment);
    await pinger(['run', '127.0.0.1', '--duration', '100', '--source', 'from-flag'], environment);
    expect(existsSync(file())).toBe(false);
    expect(sqlite(join(folder(), 'other.db'), 'SELECT name, sourceid FROM sources')).toBe(
      'from-environment|0\nfrom-flag|1',
    );
  });

  test('a database in memory leaves no file', async () => {
    const { code } = await pinger(
      ['run', '127.0.0.1', '--duration', '300', '--database', 'sqlite::memory:'],
      here(),
    );
    expect(code).toBe(0);
    expect(existsSync(file())).toBe(false);
    expect(existsSync(join(folder(), ':memory:'))).toBe(false);
  });

  test('kill -9: the database is intact and has everything but the last 500 ms', async () => {
    const running = start(
      ['run', '--json', ...Array.from({ length: 50 }, (_, n) => `127.0.1.${n + 1}`), '-i', '20'],
      here(),
    );
    await until(() => running.stdout.length > 1_000_000);
    running.child.kill('SIGKILL');
    await running.finished;
    const seen = jsonLines(running.stdout.slice(0, running.stdout.lastIndexOf('\n')));
    expect(sqlite(file(), 'PRAGMA integrity_check')).toBe('ok');
    const stored = new Set(sqlite(file(), "SELECT rtime || ' ' || destination_id FROM results").split('\n'));
    const missing = seen.filter(({ rtime, destination_id }) => !stored.has(`${rtime} ${destination_id}`));
    const newest = BigInt(
      seen
        .map(({ rtime }) => rtime)
        .sort()
        .at(-1),
    );
    for (const { rtime } of missing) expect(Number(newest - BigInt(rtime)) / 1e6).toBeLessThan(500);
    expect(seen.length - missing.length).toBeGreaterThan(500);
    const again = await pinger(['run', '--duration', '300'], here());
    expect(again.code).toBe(0);
  });

  test('a reader of its output that goes away ends it; one that stalls does not hold up a probe', async () => {
    const piped = spawnSync(
      'sh',
      ['-c', `'${process.execPath}' '${MAIN}' run 127.0.0.1 -i 20 --duration 20s | head -3`],
      {
        cwd: folder(),
        encoding: 'utf8',
        timeout: 10_000,
      },
    );
    expect(piped.stdout.split('\n')).toHaveLength(4);
    // It ends, but not without storing what it has.
    expect(Number(sqlite(file(), 'SELECT count(*) FROM results'))).toBeGreaterThanOrEqual(2);
    expect(sqlite(file(), 'SELECT rseq FROM results ORDER BY id LIMIT 3')).toBe('0\n1\n2');

    const full = spawnSync(
      'sh',
      ['-c', `'${process.execPath}' '${MAIN}' run 127.0.0.1 -i 20 --duration 20s > /dev/full`],
      {
        cwd: folder(),
        encoding: 'utf8',
        timeout: 10_000,
      },
    );
    expect(full).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/\npinger: standard output: .*ENOSPC.*\n$/),
    });
    expect(sqlite(file(), 'SELECT count(*) - max(rseq) FROM results').length).toBeGreaterThan(0);

    const command = `'${process.execPath}' '${MAIN}' run --json --database sqlite:stalled.db --duration 3s -i 2 127.0.0.1 127.0.0.2 127.0.0.3 | (sleep 4; cat)`;
    const running = new Running(spawn('sh', ['-c', command], { cwd: folder() }));
    const { stdout } = await running.finished;
    expect(jsonLines(stdout).at(-1)).toMatchObject({ type: 'counters', lost: 0 });
    expect(Number(sqlite(join(folder(), 'stalled.db'), 'SELECT count(*) FROM results'))).toBeGreaterThan(
      3800,
    );
  });

  test('a row that cannot be probed stands still alone, and a name that does not resolve is unsent', async () => {
    await pinger(['destinations', 'add', '127.0.0.1', '127.0.0.2', '-i', '50'], here());
    sqlite(file(), "UPDATE destinations SET ttl = 'many' WHERE id = 2");
    sqlite(file(), "INSERT INTO destinations (address, interval) VALUES ('nowhere.invalid', 50)");
    const { stdout, stderr, code } = await pinger(['run', '--json', '--duration', '1s'], here());
    expect(code).toBe(0);
    const warnings = jsonLines(
      stderr
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .join('\n'),
    );
    expect(warnings).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        message: 'destination.invalid',
        destination_id: 2,
        problem: 'ttl "many": expected a whole number from 1 to 255',
      }),
    );
    const lines = jsonLines(stdout);
    const outcomes = (id: number) =>
      new Set(
        lines
          .filter((line) => line.type === 'result' && line.destination_id === id)
          .map(({ outcome }) => outcome),
      );
    expect(outcomes(1)).toEqual(new Set(['reply']));
    expect(outcomes(2)).toEqual(new Set());
    expect([...outcomes(3)].every((outcome) => outcome === 'unsent')).toBe(true);
    const { stdout: list } = await pinger(['destinations', 'list'], here());
    expect(list).toMatch(/2 +yes +127\.0\.0\.2 .*ttl "many": expected a whole number from 1 to 255/);
  });

  test('while it runs, every other command works beside it', async () => {
    const running = start(['run', '127.0.0.1', '-i', '50'], here());
    await running.until(/reply +3 /);
    for (const args of [
      ['destinations', 'add', '127.0.0.9', '-i', '50'],
      ['destinations', 'list'],
      ['destinations', 'pause', '1'],
      ['sources', 'list'],
      ['results', '--limit', '3'],
      ['stats', '--since', '1h'],
    ])
      expect(await pinger(args, here())).toMatchObject({ code: 0, stderr: '' });
    await running.until(/127\.0\.0\.9 .*reply +1 /);
    running.child.kill('SIGINT');
    expect((await running.finished).code).toBe(0);
  });

  test('logs one line an event, at the level asked for, and no line a probe', async () => {
    const { stderr } = await pinger(
      ['run', '127.0.0.1', '-i', '20', '--duration', '500', '--log-level', 'info', '-q'],
      here(),
    );
    const events = jsonLines(
      stderr
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .join('\n'),
    );
    expect(events.map(({ message }) => message)).toEqual([
      'destination.probed',
      'pinger.running',
      'pinger.stopping',
      'pinger.stopped',
    ]);
    for (const event of events) expect(event).toMatchObject({ level: 'info', timestamp: expect.any(String) });
  });
});

describe('bad input gets one clear line, exit 2, and harms nothing', () => {
  test.each([
    [['--bogus'], "unknown option '--bogus'"],
    [['300.1.1.1'], 'address "300.1.1.1": not an IPv4 address'],
    [['::1::2'], 'address "::1::2": not an IPv6 address'],
    [['no such host'], 'address "no such host": neither an IP address nor a host name'],
    [['::1', '-4'], 'address ::1 is IPv6'],
    [['127.0.0.1', '-6'], 'address 127.0.0.1 is IPv4'],
    [['a.example', '-4', '-6'], "option '-4' cannot be used with option '-6'"],
    ...BAD_ADDRESSES,
    [['127.0.0.1', '--interval', '0'], 'interval 0: expected a whole number from 1 to 2147483647 ms'],
    [
      ['127.0.0.1', '--timeout', '25d'],
      'timeout 2160000000: expected a whole number from 1 to 2147483647 ms',
    ],
    [['127.0.0.1', '--interval', 'soon'], '"soon" is not a time'],
    [['127.0.0.1', '--ttl', '0'], 'ttl 0: expected a whole number from 1 to 255'],
    [['127.0.0.1', '--size', '65500'], '65499'],
    [['127.0.0.1', '--data', 'x'.repeat(65_500)], 'data is 65500 bytes long: at most 65499 fit a packet'],
    [
      ['127.0.0.1', '--data', 'x', '--size', '3'],
      "option '-d, --data <text>' cannot be used with option '-s, --size <bytes>'",
    ],
    [['--database', 'mysql://x'], 'database "mysql://x": expected sqlite:PATH'],
    [['--log-level', 'loud'], "argument 'loud' is invalid"],
    [['--source', ''], 'expected a name of at least one character'],
    [['--spill', ''], 'expected the name of a folder'],
    [['--spill-limit', 'lots'], '"lots" is not a size: expected a number and a unit, such as 500MB or 2GiB'],
    [['--spill-limit', '100kB'], '"100kB" is too small: expected at least 1MiB'],
    [['--spill-drop', 'some'], 'Allowed choices are oldest, newest'],
  ])('run %j', async (args, expected) => {
    const { code, stdout, stderr } = await pinger(['run', '--duration', '100', ...args], here());
    expect(stderr).toContain(expected);
    expect(stderr.trim().split('\n').length).toBe(1);
    expect(stdout).toBe('');
    expect(code).toBe(2);
    expect(existsSync(file())).toBe(false);
  });

  test('a command that there is none of', async () => {
    const { code, stderr } = await pinger(['runn'], here());
    expect(stderr).toMatch(/^pinger: unknown command 'runn' \(Did you mean run\?\)/);
    expect(code).toBe(2);
  });
});

test.skipIf(process.getuid?.() !== 0 || !hasProgram('setpriv'))(
  'without the privilege for raw sockets it says what to run, exits 1, and makes no database',
  async () => {
    const dropped = ['--reuid', '65534', '--regid', '65534', '--clear-groups', '--bounding-set', '-all'];
    const command = [process.execPath, MAIN, 'run', '--database', `sqlite:${file()}`];
    const running = new Running(spawn('setpriv', [...dropped, ...command, '--transport', 'raw-socket']));
    const { code, stderr } = await running.finished;
    expect(stderr).toBe(
      `pinger: raw sockets need root or the capability CAP_NET_RAW: run with sudo, or allow it once with: sudo setcap cap_net_raw+ep ${process.execPath}\n`,
    );
    expect(code).toBe(1);
    expect(existsSync(file())).toBe(false);
  },
);

test.skipIf(!canOpenRawSockets())(
  'results are kept for ever by one flag, as whoever updates is told to give',
  async () => {
    const { code, stderr } = await pinger(['run', '--keep-results', 'forever', '--duration', '100'], here());
    expect(stderr).not.toContain('pinger:');
    expect(code).toBe(0);
  },
);

test('the database of another program is refused with exit 1', async () => {
  sqlite(file(), 'CREATE TABLE notes (text)');
  const { code, stderr } = await pinger(['run', '--duration', '100'], here());
  expect(stderr).toMatch(
    /^pinger: database pinger\.db: not pinger's \(it has the tables notes\); name another file\n$/,
  );
  expect(code).toBe(1);
});

test.skipIf(!canOpenRawSockets())(
  'a second signal ends it at once, but for one that npm has only forwarded',
  async () => {
    const running = start(['run', '127.0.0.1', '-i', '20', '-t', '10s'], here());
    await running.until(/reply +3 /);
    sqlite(file(), "INSERT INTO destinations (address, interval, timeout) VALUES ('127.0.0.2', 20, 10000)");
    running.child.kill('SIGINT');
    running.child.kill('SIGINT');
    expect(await running.finished).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('results stored'),
    });

    // Without a spill it does not want to lose anything.
    const stuck = start(['run', '127.0.0.1', '-i', '20', '--no-spill'], here());
    await stuck.until(/reply +3 /);
    const other = spawn('sqlite3', [file()], { stdio: ['pipe', 'ignore', 'inherit'] });
    other.stdin.write('.timeout 5000\nBEGIN IMMEDIATE;\n');
    await sleep(500);
    stuck.child.kill('SIGINT');
    await sleep(1500);
    stuck.child.kill('SIGINT');
    expect((await stuck.finished).code).toBe(1);
    other.kill();
  },
);

test.skipIf(!canOpenRawSockets())('npm start runs the monitor, and with a command that', async () => {
  const npm = (...args: string[]) =>
    new Running(
      spawn('npm', ['start', '--silent', '--prefix', join(import.meta.dirname, '../..'), '--', ...args], {
        cwd: folder(),
        env: { ...process.env, PINGER_DATABASE: `sqlite:${file()}` },
      }),
    ).finished;
  const run = await npm('--duration', '1200ms');
  expect(run).toMatchObject({ code: 0, stdout: expect.stringContaining('results stored') });
  expect(run.stderr).toContain('npm start -- destinations add example.com');
  expect((await npm('destinations', 'list')).stdout).toMatch(/127\.0\.0\.1 .*\n.*::1 /);
});
