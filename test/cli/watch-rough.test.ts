import { execFileSync, spawn } from 'node:child_process';
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { MAIN, pinger } from '../support/command.ts';
import { temporaryFolder } from '../support/files.ts';
import { hasProgram } from '../support/privileges.ts';
import { sqliteMeanwhile } from '../support/sqlite-shell.ts';
import { Tmux } from '../support/tmux.ts';

/** Names that no terminal is to be trusted with. */
const NAMES = [
  'edge-1',
  'edge-2',
  'edge-3',
  '東京 日本語 長い名前',
  '👨‍👩‍👧‍👦 family 🚀🇯🇵',
  'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘',
  'مرحبا بالعالم',
  'שלום עולם',
  'tab\there\nand\r there\x1b]0;title\x07\x1b[2J\x9b2J',
  `long ${'x'.repeat(500)}`,
];

const folder = temporaryFolder();
const file = () => join(folder(), 'rough.db');
const sql = (text: string, database = file()) => sqliteMeanwhile(database, text);

const now = () => `${BigInt(Date.now()) * 1_000_000n}`;

const ESCAPE = '\x1b';

const literal = (text: string): string => `CAST(x'${Buffer.from(text).toString('hex')}' AS TEXT)`;

/** A database of destinations that a monitor seems to have probed just now. */
async function make(database: string, names: readonly string[]): Promise<void> {
  const added = await pinger(['destinations', 'add', '192.0.2.99'], {
    env: { PINGER_DATABASE: `sqlite:${database}` },
  });
  expect(added.code).toBe(0);
  const rows = names.map((name, index) => `('192.0.2.${index + 1}', ${literal(name)})`);
  await sql(
    `DELETE FROM destinations; INSERT INTO destinations (address, name) VALUES ${rows.join()};
    INSERT INTO sources (sourceid, name, seen) VALUES (1, 'here', ${now()});
    INSERT INTO results (rtime, destination_id, source_id, outcome, rtt)
      SELECT ${now()}, id, 1, 'reply', id FROM destinations`,
    database,
  );
}

describe.runIf(hasProgram('tmux'))('a terminal that is rough', { timeout: 60_000 }, () => {
  beforeEach(() => make(file(), NAMES));

  const WATCH = `${process.execPath} ${MAIN} watch`;

  async function watching(
    { width = 100, height = 30, args = '', env = {} as Record<string, string>, term = 'tmux-256color' },
    shown = /edge-3/,
  ): Promise<Tmux> {
    const tmux = new Tmux({ width, height, env: { PINGER_DATABASE: `sqlite:${file()}`, ...env } });
    tmux.enter('before=$(stty -a)');
    tmux.enter(`TERM=${term} ${WATCH} ${args}; echo code=$?`);
    await tmux.until(shown);
    return tmux;
  }

  async function quits(tmux: Tmux): Promise<void> {
    tmux.press('q');
    await tmux.until(/code=0/);
    tmux.enter('[ "$(stty -a)" = "$before" ] && echo the same');
    await tmux.until(/^the same$/m);
  }

  /** The process that draws. */
  const watcher = (tmux: Tmux): number =>
    Number(execFileSync('pgrep', ['-P', tmux.known('pane_pid')], { encoding: 'utf8' }));

  const isRunning = (pid: number): boolean => {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  };

  test.each([
    { width: 20, height: 5 },
    { width: 10, height: 3 },
    { width: 40, height: 12 },
    { width: 120, height: 30 },
  ])('names of all kinds leave columns and lines in their places in $width x $height', async (size) => {
    const tmux = await watching({ ...size, args: '--sort destination' }, /destinat/);
    const lines = tmux.screen.split('\n');
    const shown = lines.slice(0, size.height);
    for (const line of shown) expect(line).not.toMatch(/\p{Cc}/u);
    if (size.width >= 40)
      for (const line of shown.filter((each) => / up /.test(each))) expect(line).toMatch(/ \d+\.\d\d /);
    expect(tmux.known('pane_title')).not.toContain('title');
    // Drawn anew, it is the same: nothing was spilled over what was there.
    const still = () =>
      tmux.screen
        .split('\n')
        .slice(2)
        .map((line) => line.slice(0, -6))
        .join('\n');
    const before = still();
    tmux.press('C-l');
    await expect.poll(still).toBe(before);
    await quits(tmux);
  });

  test('groups of them, collapsed and expanded', async () => {
    const tmux = await watching({ args: '--group name' }, /▾ ● edge {2}3/);
    tmux.press('-');
    expect(await tmux.until(/▸ ● edge {2}3/)).not.toContain('edge-1');
    tmux.press('g', 'Right');
    await tmux.until(/▾ ● edge {2}3/);
    tmux.press('/');
    tmux.press('-l', 'edge');
    tmux.press('Enter', 'g');
    await tmux.until(/"edge": 3 of 10[\s\S]*▾ ● edge {2}3[\s\S]*● up +edge-1/);
    tmux.press('p');
    await tmux.until(/Pause 3 destinations of edge\? \[y\/N\]/);
    tmux.press('y');
    await tmux.until(/‖ paused +edge-1[\s\S]*‖ paused +edge-2[\s\S]*‖ paused +edge-3/);
    expect(await sql("SELECT count(*) FROM destinations WHERE active = 0 AND name LIKE 'edge-%'")).toBe('3');
    tmux.press('p');
    await tmux.until(/Resume 3 destinations of edge\?/);
    tmux.press('n', 'b');
    await tmux.until(/q quit/);
    expect(await sql('SELECT count(*) FROM destinations WHERE active = 0')).toBe('3');
    await quits(tmux);
  });

  test('a size that changes all the time', async () => {
    const tmux = await watching({ args: '--interval 100ms' });
    for (let n = 0; n < 60; n++) tmux.resize(10 + ((n * 37) % 190), 2 + ((n * 13) % 50));
    tmux.resize(100, 30);
    await tmux.until(/^q quit .*one state/m);
    const screen = () => tmux.screen.split('\n').slice(1);
    const before = screen();
    expect(before).toHaveLength(30);
    tmux.press('C-l');
    await expect.poll(screen).toEqual(before);
    await quits(tmux);
  });

  test('what is pasted is no keys, and where the terminal cannot tell, it pauses nothing', async () => {
    const garbage = 'happy\x07 qp\x1b[31m\x1b]0;x py\npyyy y';
    const tmux = await watching({});
    tmux.paste(garbage);
    tmux.press('D');
    await tmux.until(/destination▲/);
    // Without brackets around it, `p` asks, and what comes at once with it is no answer.
    tmux.press('j');
    tmux.press('-l', 'py');
    await tmux.until(/Pause .*\? \[y\/N\]/);
    tmux.press('n');
    await tmux.until(/^q quit/m);
    expect(await sql('SELECT count(*) FROM destinations WHERE active = 0')).toBe('0');
    tmux.press('/');
    tmux.paste(garbage);
    await tmux.until(/^\/happy\\x07 qp\\x1b\[31m/m);
    tmux.press('Escape');
    await tmux.until(/^q quit/m);
    await quits(tmux);
  });

  test.each([
    ['linux', {}, { sign: '+', hasColours: true }],
    ['tmux', { LANG: 'C' }, { sign: '+', hasColours: true }],
    ['tmux', { LANG: 'C.UTF-8', LC_ALL: 'POSIX', NO_COLOR: '1' }, { sign: '+', hasColours: false }],
    ['vt100', { LC_ALL: '' }, { sign: '●', hasColours: true }],
    ['', { NO_COLOR: '1' }, { sign: '●', hasColours: false }],
  ])('a terminal called "%s", and %j', async (term, env, { sign, hasColours }) => {
    const tmux = await watching({ term, env: { NO_COLOR: '', ...env } }, /edge-3/);
    expect(tmux.screen).toContain(`${sign} up      edge-1`);
    if (sign === '+') expect(tmux.screen).toMatch(/^[\x20-\x7e\n]*$/);
    const colour = new RegExp(`${ESCAPE}\\[(\\d+;)*3[0-7]m`);
    if (hasColours) expect(tmux.colours).toMatch(colour);
    else expect(tmux.colours).not.toMatch(colour);
    await quits(tmux);
  });

  test('one that is dumb gets a line instead', async () => {
    const tmux = await watching({ term: 'dumb' }, /^code=2/m);
    expect(tmux.screen).toContain('pinger: TERM is dumb: nothing can be drawn on such a terminal');
  });

  test('SIGHUP leaves it as it was', async () => {
    const tmux = await watching({});
    process.kill(watcher(tmux), 'SIGHUP');
    await tmux.until(/code=0/);
    expect(tmux.known('alternate_on')).toBe('0');
    tmux.enter('[ "$(stty -a)" = "$before" ] && echo the same');
    await tmux.until(/^the same$/m);
  });

  test.each(['', 'trap "" HUP; '])('one that is closed ends it: %j', async (before) => {
    const tmux = new Tmux({ width: 80, height: 24, env: { PINGER_DATABASE: `sqlite:${file()}` } });
    tmux.enter(`${before}${WATCH}`);
    await tmux.until(/edge-3/);
    const pid = watcher(tmux);
    expect(isRunning(pid)).toBe(true);
    tmux.close();
    await expect.poll(() => isRunning(pid)).toBe(false);
  });

  test('a database that goes for good, and another one in its place', async () => {
    const other = join(folder(), 'other.db');
    await make(other, ['another']);
    const tmux = await watching({});
    for (const end of ['', '-wal', '-shm']) rmSync(`${file()}${end}`, { force: true });
    const screen = await tmux.until(/^trying again: database .*rough\.db/m);
    expect(screen).toMatch(/● up +edge-3/);
    tmux.press('D');
    await tmux.until(/destination▲/);
    renameSync(other, file());
    await tmux.until(/^(pinger │|no monitor)[\s\S]*another/m);
    expect(tmux.screen).not.toContain('edge-3');
    await quits(tmux);
  });

  test('a database that somebody else writes to is read, and an edit that has to wait too long is not done', async () => {
    const tmux = await watching({ width: 140 });
    const writer = spawn('sqlite3', [file()], { stdio: ['pipe', 'ignore', 'inherit'] });
    onTestFinished(() => void writer.kill());
    writer.stdin.write('BEGIN IMMEDIATE;\n');
    tmux.press('j', 'p');
    await tmux.until(/Pause .*\? \[y\/N\]/);
    tmux.press('y');
    tmux.press('D');
    await tmux.until(/destination▲/, 3000);
    await tmux.until(/not paused: database .*: locked by another process/, 15_000);
    expect(tmux.screen).not.toContain('trying again');
    writer.stdin.end('ROLLBACK;\n');
    expect(await sql('SELECT count(*) FROM destinations WHERE active = 0')).toBe('0');
    await quits(tmux);
  });
});
