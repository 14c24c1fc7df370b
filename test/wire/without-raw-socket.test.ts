import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Finished, Running } from '../support/command.ts';
import { temporaryFolder } from '../support/files.ts';
import { canOpenRawSockets } from '../support/privileges.ts';

const ROOT = join(import.meta.dirname, '../..');

/** What an install leaves where raw-socket does not compile: everything else. */
function installWithout(name: string, folder: string): void {
  for (const each of ['dist', 'package.json'])
    cpSync(join(ROOT, each), join(folder, each), { recursive: true });
  const modules = join(folder, 'node_modules');
  mkdirSync(modules);
  for (const each of readdirSync(join(ROOT, 'node_modules')))
    if (each !== name) symlinkSync(join(ROOT, 'node_modules', each), join(modules, each));
}

describe('without the package raw-socket', () => {
  const folder = temporaryFolder();
  beforeEach(() => installWithout('raw-socket', folder()));

  const run = (transport: string): Promise<Finished> => {
    const main = join(folder(), 'dist/cli/main.js');
    const args = [
      main,
      'run',
      '127.0.0.1',
      '--transport',
      transport,
      '-i',
      '100',
      '--duration',
      '500',
      '--json',
    ];
    return new Running(spawn(process.execPath, args, { cwd: folder() })).finished;
  };

  test.skipIf(!canOpenRawSockets())('pinger probes all the same', async () => {
    const { code, stdout } = await run('auto');
    expect(stdout).toMatch(/"outcome":"reply"/);
    expect(code).toBe(0);
  });

  test('that transport, asked for, is refused in one line', async () => {
    expect(await run('raw-socket')).toMatchObject({
      code: 1,
      stdout: '',
      stderr:
        'pinger: raw sockets: transport raw-socket: the package raw-socket is not installed here, or was not compiled (ENOSYS)\n',
    });
  });
});
