import { expect, test } from 'vitest';
import { pinger } from '../support/command.ts';

test.each([
  [['frobnicate'], `pinger: unknown command 'frobnicate'; see "pinger --help"`],
  [['destinations', 'frobnicate'], `pinger: unknown command 'frobnicate'; see "pinger destinations --help"`],
  [
    ['destinations', 'add'],
    `pinger: missing required argument 'address'; see "pinger destinations add --help"`,
  ],
  [['trace', '::1', '--frobnicate'], `pinger: unknown option '--frobnicate'; see "pinger trace --help"`],
  [['destinations', 'lst'], `pinger: unknown command 'lst' (Did you mean list?)`],
  [['run', '--intervall', '1s'], `pinger: unknown option '--intervall' (Did you mean --interval?)`],
])('%j takes one line, which says where to look', async (args, line) => {
  expect(await pinger(args)).toMatchObject({ code: 2, stdout: '', stderr: `${line}\n` });
});
