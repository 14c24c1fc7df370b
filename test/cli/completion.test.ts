import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { MAIN, pinger } from '../support/command.ts';

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

test('where a file is to be named, that is left to the shell', async () => {
  for (const words of [
    ['apply', 'desti'],
    ['alerts', 'apply', '--dry-run', ''],
    ['run', '--tls-cert', ''],
    ['export', 'results', '-o', 're'],
    ['simulate', '--seed', '7', ''],
  ])
    expect(await suggested(...words), words.join(' ')).toEqual([':0', '']);
  for (const words of [
    ['apply', '--'],
    ['destinations', 'add', ''],
    ['apply', 'a.yaml', ''],
  ])
    expect((await suggested(...words)).at(-2), words.join(' ')).toBe(':4');
});

test('the script for bash works, also without the package bash-completion', async () => {
  const { stdout: script, code } = await pinger(['complete', 'bash']);
  expect(code).toBe(0);
  const completed = (line: string): string[] => {
    const words = line.split(' ');
    const input = `pinger() { ${process.execPath} ${MAIN} "$@"; }
${script}
compopt() { :; }
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})
COMP_CWORD=${words.length - 1}
__pinger_complete
printf '%s\\n' "\${COMPREPLY[@]}"
complete -p pinger`;
    return execFileSync('bash', ['--norc'], { input, encoding: 'utf8' }).trim().split('\n');
  };
  const registered = 'complete -o default -F __pinger_complete pinger';
  expect(completed('pinger dest')).toEqual(['destinations', registered]);
  expect(completed('pinger run --log-level ')).toEqual(['error', 'warn', 'info', 'debug', registered]);
  expect(completed('pinger apply a')).toEqual([registered]);
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
