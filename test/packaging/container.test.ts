import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { serve } from '../http/guard/support.ts';
import { Running } from '../support/command.ts';

const ROOT = join(import.meta.dirname, '../..');
const PACKAGING = join(ROOT, 'packaging');

/** Its instructions, each on one line. */
const instructions = readFileSync(join(PACKAGING, 'Containerfile'), 'utf8')
  .replace(/^#.*\n/gm, '')
  .replace(/ *\\\n */g, ' ')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => {
    const [word = '', ...rest] = line.split(' ');
    return { word, rest: rest.join(' ') };
  });

const all = (word: string): string[] =>
  instructions.filter((each) => each.word === word).map(({ rest }) => rest);

test('what goes into the container is there', () => {
  const copied = all('COPY').filter((rest) => !rest.startsWith('--from='));
  const sources = copied.flatMap((rest) => rest.split(' ').slice(0, -1));
  expect(sources).toContain('src');
  expect(sources.filter((source) => !existsSync(join(ROOT, source)))).toEqual([]);
});

test("what the container runs is a shell's, and the base can be chosen", () => {
  for (const script of [...all('RUN'), readFileSync(join(PACKAGING, 'container/pinger.sh'), 'utf8')])
    execFileSync('sh', ['-n'], { input: script });
  expect(instructions[0]).toEqual({ word: 'ARG', rest: expect.stringMatching(/^BASE=\S+node:20\S+$/) });
  for (const from of all('FROM')) expect(from).toMatch(/^\$\{BASE\}( AS build)?$/);
});

test('nobody in it is root, and its data has a place of its own', () => {
  const words = instructions.map(({ word }) => word);
  expect(all('USER')).toEqual(['node']);
  expect(words.lastIndexOf('RUN')).toBeLessThan(words.indexOf('USER'));
  expect(all('VOLUME')).toEqual(['/var/lib/pinger']);
  expect(all('ENV').join(' ')).toContain('PINGER_DATABASE=sqlite:/var/lib/pinger/pinger.db');
  expect(JSON.parse(all('ENTRYPOINT')[0] as string)).toEqual(['pinger']);
});

/** The exit code of the health check. */
const health = async (environment: NodeJS.ProcessEnv) => {
  const args = [join(PACKAGING, 'container/health.mjs')];
  const child = spawn(process.execPath, args, { env: { PATH: process.env.PATH, ...environment } });
  return (await new Running(child).finished).code;
};

test('the health check asks the server that there is', async () => {
  const { url, server } = await serve({ auth: true });
  const { port } = new URL(url);
  for (const listen of [`127.0.0.1:${port}`, `0.0.0.0:${port}`, `:${port}`])
    expect(await health({ PINGER_LISTEN: listen })).toBe(0);
  expect(await health({ PINGER_LISTEN: `127.0.0.1:${port}`, PINGER_TLS_CERT: 'cert.pem' })).toBe(1);
  await server.close();
  expect(await health({ PINGER_LISTEN: `127.0.0.1:${port}` })).toBe(1);
  expect(await health({ PINGER_LISTEN: 'none' })).toBe(0);
});

test('its command runs pinger, with raw sockets or without', async () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const command = join(PACKAGING, 'container/pinger.sh');
  expect(execFileSync(command, ['--version'], { encoding: 'utf8' })).toBe(`${version}\n`);
});
