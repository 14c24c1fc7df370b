import { execFileSync } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MAIN, pinger, type Running, start } from '../support/command.ts';
import { canOpenRawSockets, hasProgram } from '../support/privileges.ts';
import { sqliteMeanwhile } from '../support/sqlite-shell.ts';
import { Tmux } from '../support/tmux.ts';

/** A monitor of loopback, of which one destination answers nothing. */
let folder: string;
let file: string;
let monitor: Running;
let silent: Socket;

const sql = (text: string) => sqliteMeanwhile(file, text);

describe.runIf(hasProgram('tmux') && canOpenRawSockets())(
  'beside a monitor that runs',
  { timeout: 120_000 },
  () => {
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'pinger-watch-'));
      file = join(folder, 'test.db');
      silent = createSocket('udp4');
      silent.bind(0, '127.0.0.1');
      await once(silent, 'listening');
      const addresses = ['127.0.0.1', '127.0.0.2', `udp://127.0.0.1:${silent.address().port}`];
      const times = ['--interval', '200ms', '--timeout', '200ms'];
      monitor = start([
        'run',
        ...addresses,
        ...times,
        '--quiet',
        '--source',
        'here',
        '--database',
        `sqlite:${file}`,
      ]);
      await monitor.until(/Ctrl-C ends/);
      await sql(`UPDATE destinations SET name = 'silent' || char(27) || '[31m' WHERE protocol = 1;
      UPDATE destinations SET name = '東京' WHERE address = '127.0.0.2'`);
    }, 30_000);

    afterAll(async () => {
      monitor.child.kill('SIGTERM');
      await monitor.finished;
      silent.close();
      rmSync(folder, { recursive: true });
    });

    const WATCH = `${process.execPath} ${MAIN} watch`;

    /** A terminal on which it is watched, with what comes after the command. */
    async function watching(
      size: { width: number; height: number },
      {
        args = '',
        env = {},
        command = WATCH,
      }: { args?: string; env?: Record<string, string>; command?: string } = {},
    ): Promise<Tmux> {
      const tmux = new Tmux({ ...size, env: { PINGER_DATABASE: `sqlite:${file}`, ...env } });
      tmux.enter('before=$(stty -a)');
      tmux.enter(`${command} ${args}; echo code=$?`);
      await tmux.until(/down[\s\S]*silent/);
      return tmux;
    }

    /** Whether the terminal is as it was before. */
    async function isSane(tmux: Tmux): Promise<void> {
      expect(['alternate_on', 'cursor_flag', 'wrap_flag'].map((format) => tmux.known(format))).toEqual([
        '0',
        '1',
        '1',
      ]);
      tmux.enter('[ "$(stty -a)" = "$before" ] && echo the same');
      await tmux.until(/^the same$/m);
    }

    const sizes = [
      { width: 40, height: 12 },
      { width: 80, height: 24 },
      { width: 200, height: 50 },
    ];

    test.each(sizes)('shows everything in $width x $height, and leaves no trace', async (size) => {
      const tmux = await watching(size);
      const screen = await tmux.until(
        /■ 1 down {2}● 2 up[\s\S]*■ .*silent.* 100% [\s\S]*● .*127\.0\.0\.1 [\s\S]*● .*東京 /,
      );
      const lines = screen.split('\n');
      expect(lines[0]).toMatch(/^pinger │ /);
      expect(lines[3]).toContain('silent\\x1b[31m');
      expect(lines[3]).toContain('╳╳╳');
      expect(lines[size.height - 1]).toMatch(/^q quit {2}\? help {2}Enter detail/);
      expect(tmux.known('cursor_flag')).toBe('0');
      tmux.press('j', 'j', 'Enter');
      const detail = await tmux.until(/● up 127\.0\.0\.1 [\s\S]*sent \d/);
      expect(detail).toMatch(/ICMP {2}every 200ms {2}timeout 200ms/);
      expect(detail).toMatch(/lost [░─]/);
      tmux.press('1');
      await tmux.until(/last 10 min/);
      tmux.press('Escape');
      await tmux.until(/destination/);
      tmux.press('q');
      expect(await tmux.until(/code=0/)).not.toContain('silent');
      await isSane(tmux);
    });

    test('filters, sorts, and explains itself', async () => {
      const tmux = await watching({ width: 100, height: 30 });
      tmux.press('/');
      tmux.press('-l', '東');
      await tmux.until(/"東": 1 of 3/);
      expect(tmux.screen).toMatch(/^\/東/m);
      tmux.press('Escape', 't');
      await tmux.until(/troubles: 1 of 3/);
      tmux.press('Escape', 'D');
      await tmux.until(/destination▲/);
      tmux.press('r');
      await tmux.until(/destination▼/);
      tmux.press('?');
      await tmux.until(/pause or resume, a group as well; asks first/);
      tmux.press('q', 'q');
      await tmux.until(/code=0/);
    });

    test('follows the size of the terminal', async () => {
      const tmux = await watching({ width: 80, height: 24 });
      for (const { width, height } of [...sizes, { width: 20, height: 4 }, { width: 120, height: 30 }]) {
        tmux.resize(width, height);
        await tmux.until(height > 6 ? /seen|probes/ : /silent/);
        await expect.poll(() => tmux.screen.split('\n').length).toBe(height + 1);
      }
      await tmux.until(/q quit .* p pause/);
      // Everything but the ages and the clock is where a new screen would have it.
      const before = steady(tmux.screen);
      tmux.press('C-l');
      await expect.poll(() => steady(tmux.screen)).toBe(before);
      tmux.press('q');
      await tmux.until(/code=0/);
    });

    /** What makes the terminal write in a colour. */
    const coloured = (colour: string): RegExp => new RegExp(`\x1b\\[(\\d+;)*3${colour}m`);

    const steady = (screen: string): string =>
      screen
        .split('\n')
        .map((line) => line.slice(0, 30).trimEnd())
        .join('\n');

    test('pauses and resumes a destination, when that is confirmed', async () => {
      const tmux = await watching({ width: 80, height: 24 });
      const active = () => sql("SELECT active FROM destinations WHERE address = '127.0.0.2'");
      tmux.press('G', 'p');
      await tmux.until(/Pause 東京\? \[y\/N\]/);
      tmux.press('n');
      await tmux.until(/q quit/);
      expect(await active()).toBe('1');
      tmux.press('p');
      await tmux.until(/Pause 東京\?/);
      tmux.press('y');
      await tmux.until(/‖ paused +東京/);
      expect(await active()).toBe('0');
      tmux.press('p');
      await tmux.until(/Resume 東京\?/);
      tmux.press('y');
      await tmux.until(/● up +東京/);
      expect(await active()).toBe('1');
      tmux.press('q');
      await tmux.until(/code=0/);
    });

    test.each(['C', 'NO_COLOR'])('without colours, or without more than ASCII: %s', async (without) => {
      const plain = await watching({ width: 80, height: 24 });
      expect(plain.colours).toMatch(coloured('1'));
      plain.press('q');
      await plain.until(/code=0/);
      const env: Record<string, string> = without === 'C' ? { LANG: 'C' } : { NO_COLOR: '1' };
      const tmux = await watching({ width: 80, height: 24 }, { env });
      if (without === 'C') expect(tmux.screen).toMatch(/^[\x20-\x7e\n]*$/);
      else expect(tmux.colours).not.toMatch(coloured('[0-7]'));
      expect(tmux.screen).toMatch(/(■|X) down +silent/);
      tmux.press('q');
      await tmux.until(/code=0/);
    });

    /** Sends one to the shell's only child. */
    const signal = (tmux: Tmux, name: string): void =>
      void execFileSync('pkill', [`-${name}`, '-P', tmux.known('pane_pid')]);

    test.each(['TERM', 'INT'])('SIG%s leaves the terminal as it was', async (name) => {
      const tmux = await watching({ width: 80, height: 24 });
      signal(tmux, name);
      await tmux.until(/code=0/);
      await isSane(tmux);
    });

    test('an exception leaves the terminal as it was, with its trace to be read', async () => {
      const thrower = `data:text/javascript,process.on('SIGUSR2',()=>{throw new Error('a bug')})`;
      const command = `${process.execPath} --import "${thrower}" ${MAIN} watch`;
      const tmux = await watching({ width: 80, height: 24 }, { command });
      signal(tmux, 'USR2');
      const screen = await tmux.until(/code=\d/);
      expect(screen).toMatch(/Error: a bug/);
      expect(screen).toMatch(/code=[1-9]/);
      await isSane(tmux);
    });

    test('Ctrl-Z gives the terminal to the shell, and fg brings it back', async () => {
      const tmux = await watching({ width: 80, height: 24 });
      tmux.press('C-z');
      await tmux.until(/Stopped/);
      await isSane(tmux);
      tmux.enter('fg; echo code=$?');
      await tmux.until(/down +silent/);
      tmux.press('C-c');
      await tmux.until(/code=0/);
      await isSane(tmux);
    });

    test('the database goes away and comes back', async () => {
      const copy = join(folder, 'copy.db');
      const { code } = await pinger(['backup', copy, '--database', `sqlite:${file}`]);
      expect(code).toBe(0);
      const tmux = await watching({ width: 80, height: 24 }, { args: `--database sqlite:${copy}` });
      renameSync(copy, `${copy}.away`);
      const screen = await tmux.until(/^trying again: database .*copy\.db/m);
      expect(screen).toMatch(/■ down +silent/);
      renameSync(`${copy}.away`, copy);
      await tmux.until(/^(pinger │|no monitor)/m);
      tmux.press('q');
      await tmux.until(/code=0/);
    });
  },
);
