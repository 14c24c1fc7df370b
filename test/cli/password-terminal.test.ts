import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { Credentials } from '../../src/access/credentials.ts';
import { SILENT } from '../../src/logger.ts';
import { SeparateAccess } from '../../src/storage/database-access.ts';
import { MAIN } from '../support/command.ts';
import { hasProgram } from '../support/privileges.ts';
import { Tmux } from '../support/tmux.ts';

const PASSWORD = 'correct horse battery';

let folder: string;
let database: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinger-password-'));
  database = `sqlite:${join(folder, 'test.db')}`;
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

describe.runIf(hasProgram('tmux'))('a password that is asked for on a terminal', { timeout: 60_000 }, () => {
  /** A terminal on which a user is being added. */
  async function adding(options = ''): Promise<Tmux> {
    const tmux = new Tmux({ width: 100, height: 24, env: { PINGER_DATABASE: database } });
    tmux.enter(`cd ${folder}; before=$(stty -a)`);
    tmux.enter(`${process.execPath} ${MAIN} users add ada ${options}; echo code=$?`);
    await tmux.until(/^Password:$/m);
    return tmux;
  }

  /** Once it has ended: what it said, after what was asked. */
  async function said(tmux: Tmux, code: number): Promise<string> {
    const screen = await tmux.until(new RegExp(`^code=${code}$`, 'm'));
    for (const part of PASSWORD.split(' ')) expect(screen).not.toContain(part);
    tmux.enter('[ "$(stty -a)" = "$before" ] && echo the same');
    await tmux.until(/^the same$/m);
    return screen.slice(screen.indexOf('Password:'), screen.lastIndexOf('code=')).trim();
  }

  async function canSignIn(password: string): Promise<boolean> {
    const access = new SeparateAccess(database);
    try {
      const credentials = new Credentials({ database: access, logger: SILENT });
      return (await credentials.signIn('ada', password, '192.0.2.1')) !== undefined;
    } finally {
      await access.close();
    }
  }

  const ADDED = 'Password:\nOnce more:\nUser ada: added as viewer.';

  test('is not shown, and has to be given twice', async () => {
    const tmux = await adding();
    tmux.enter(PASSWORD);
    await tmux.until(/^Once more:$/m);
    tmux.enter(PASSWORD);
    expect(await said(tmux, 0)).toBe(ADDED);
    expect(await canSignIn(PASSWORD)).toBe(true);
  });

  test('can be corrected, letters of any size at a time', async () => {
    const tmux = await adding();
    for (const _ of [1, 2]) {
      tmux.press('-l', 'wrong');
      tmux.press('C-u');
      tmux.press('-l', `Zürich 東京 🚀 ${PASSWORD}xé`);
      tmux.press('BSpace', 'BSpace', 'Enter');
    }
    expect(await said(tmux, 0)).toBe(ADDED);
    expect(await canSignIn(`Zürich 東京 🚀 ${PASSWORD}`)).toBe(true);
  });

  test('pasted or typed ahead with both answers at once is as good', async () => {
    const tmux = await adding();
    tmux.press('-l', `${PASSWORD}\r${PASSWORD}\r`);
    expect(await said(tmux, 0)).toBe(ADDED);
    expect(await canSignIn(PASSWORD)).toBe(true);
  });

  test('that is too short is refused before it is asked for again', async () => {
    const tmux = await adding();
    tmux.enter('battery');
    expect(await said(tmux, 2)).toBe('Password:\npinger: the password has 7 characters: expected 12 or more');
  });

  test('that differs the second time is refused; the arrow keys do not bring the first one back', async () => {
    const tmux = await adding();
    tmux.enter(PASSWORD);
    await tmux.until(/^Once more:$/m);
    tmux.press('Up', 'Enter');
    expect(await said(tmux, 2)).toBe(
      'Password:\nOnce more:\npinger: the two passwords differ; nothing is changed',
    );
  });

  test.each([
    ['Ctrl-C', ['-l', 'half of it'], ['C-c']],
    ['Ctrl-D', ['C-d']],
  ])('is not given by %s', async (_, ...keys) => {
    const tmux = await adding();
    for (const each of keys) tmux.press(...each);
    expect(await said(tmux, 1)).toBe('Password:\npinger: no password was given; nothing is changed');
  });

  test('is not given by Ctrl-C the second time, either', async () => {
    const tmux = await adding();
    tmux.enter(PASSWORD);
    await tmux.until(/^Once more:$/m);
    tmux.press('C-c');
    expect(await said(tmux, 1)).toBe(
      'Password:\nOnce more:\npinger: no password was given; nothing is changed',
    );
  });

  test('is asked for again after Ctrl-Z and fg', async () => {
    const tmux = await adding();
    tmux.press('C-z');
    await tmux.until(/Stopped/);
    tmux.enter('[ "$(stty -a)" = "$before" ] && echo the same');
    await tmux.until(/^the same$/m);
    tmux.enter('clear; fg; echo code=$?');
    await tmux.until(/users add/);
    tmux.enter(PASSWORD);
    await tmux.until(/^Once more:$/m);
    tmux.enter(PASSWORD);
    await tmux.until(/^code=0$/m);
    expect(tmux.screen).not.toContain(PASSWORD);
    expect(await canSignIn(PASSWORD)).toBe(true);
  });

  test('is not shown where --password-stdin has a terminal to read from', async () => {
    const tmux = await adding('--password-stdin 2>&1 | cat');
    tmux.enter(PASSWORD);
    await tmux.until(/^Once more:$/m);
    tmux.enter(PASSWORD);
    expect(await said(tmux, 0)).toBe(ADDED);
  });

  test.each([
    ['a line', `printf '%s\\n' '${PASSWORD}'`],
    ['a line of Windows', `printf '%s\\r\\nmore' '${PASSWORD}'`],
    ['all there is', `printf '%s' '${PASSWORD}'`],
  ])('comes from standard input as well: %s', async (_, command) => {
    const tmux = new Tmux({ width: 100, height: 24, env: { PINGER_DATABASE: database } });
    tmux.enter(`${command} | ${process.execPath} ${MAIN} users add ada --password-stdin; echo code=$?`);
    await tmux.until(/^User ada: added as viewer\.\ncode=0$/m);
    expect(await canSignIn(PASSWORD)).toBe(true);
  });
});
