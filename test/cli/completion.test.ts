import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { pinger } from '../support/command.ts';

const suggested = async (...words: string[]): Promise<string[]> => {
  const { code, stdout } = await pinger(['complete', '--', ...words]);
  expect(code).toBe(0);
  return stdout.split('\n').map((line) => line.split('\t')[0] ?? '');
};

test('commands, subcommands, options and their choices are completed', async () => {
  expect(await suggested('dest')).toContain('destinations');
  expect(await suggested('destinations', '')).toEqual(
    expect.arrayContaining(['list', 'add', 'set', 'remove', 'pause', 'resume']),
  );
  expect(await suggested('run', '--in')).toContain('--interval');
  expect(await suggested('run', '--log-level', '')).toEqual(
    expect.arrayContaining(['error', 'warn', 'info', 'debug']),
  );
});

test('users, tokens and who gets in are completed, too', async () => {
  expect(await suggested('us')).toContain('users');
  expect(await suggested('users', '')).toEqual(expect.arrayContaining(['add', 'list', 'set', 'remove']));
  expect(await suggested('tokens', 'add', 'ci', '--ex')).toContain('--expires');
  expect(await suggested('users', 'add', 'ada', '--role', '')).toEqual(
    expect.arrayContaining(['viewer', 'editor']),
  );
  expect(await suggested('run', '--tls')).toEqual(expect.arrayContaining(['--tls-cert', '--tls-key']));
});

test('the script for bash is one', async () => {
  const { stdout, code } = await pinger(['complete', 'bash']);
  expect(code).toBe(0);
  execFileSync('bash', ['-n'], { input: stdout });
});

test.each([
  [[], 'pinger: missing required argument \'shell\'; see "pinger --help"\n'],
  [['tcsh'], /^pinger: .* 'tcsh' is invalid .* zsh, bash, fish, powershell\.\n$/],
])('a shell that there is not takes one line: %j', async (words, line) => {
  const { stdout, stderr, code } = await pinger(['complete', ...words]);
  expect(stdout).toBe('');
  expect(stderr).toMatch(line);
  expect(code).toBe(2);
});
