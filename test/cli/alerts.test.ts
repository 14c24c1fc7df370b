import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { temporaryDatabase } from '../support/databases.ts';
import { temporaryFolder } from '../support/files.ts';
import { objects, pinger } from './support.ts';

const folder = temporaryFolder();

const FILE = `channels:
  - name: ops
    kind: webhook
    settings: { url: "http://127.0.0.1:3/hidden", secret: "\${MY_SECRET}" }
rules:
  - { name: lossy, metric: loss, threshold: 5%, span: 5m, destinations: web, channels: [ops] }
  - { name: source, metric: source }
parents: { web: gateway }
maintenances:
  - { destinations: "web", starts: 2026-03-01T02:00Z, ends: 2026-03-01T04:00Z, repeats: weekly }
`;

function file(text: string): string {
  const path = join(folder(), 'alerts.yaml');
  writeFileSync(path, text);
  return path;
}

async function database(): Promise<string> {
  const url = await temporaryDatabase();
  await pinger(url, 'destinations', 'add', '192.0.2.1', '--name', 'gateway');
  await pinger(url, 'destinations', 'add', '192.0.2.2', '--name', 'web');
  return url;
}

test('a file is applied once, shows the difference first, and comes out of an export without its secrets', async () => {
  const url = await database();
  const withSecret = async (...args: string[]) => {
    process.env.MY_SECRET = 'whisper';
    try {
      return await pinger(url, ...args);
    } finally {
      delete process.env.MY_SECRET;
    }
  };
  const path = file(FILE);
  const shown = await withSecret('alerts', 'apply', path, '--dry-run');
  expect(shown.stdout).toContain(
    '+ rule lossy (metric loss, threshold 5%, span 5m, destinations web, channels ops)',
  );
  expect(shown.stdout).toContain('Would be 4 added, 0 changed, 0 removed.');
  expect(objects(await pinger(url, 'alerts', 'channels', '--json'))).toEqual([]);
  expect(await withSecret('alerts', 'apply', path)).toMatchObject({ code: 0 });
  expect((await withSecret('alerts', 'apply', path)).stdout).toBe('0 added, 0 changed, 0 removed.\n');
  const exported = await pinger(url, 'alerts', 'export');
  const tables = [
    exported,
    await pinger(url, 'alerts', 'channels'),
    await pinger(url, 'alerts', 'channels', '--json'),
  ];
  for (const { stdout } of tables) expect(stdout).not.toMatch(/hidden|whisper/);
  expect((await pinger(url, 'alerts', 'apply', file(exported.stdout))).stdout).toBe(
    '0 added, 0 changed, 0 removed.\n',
  );
  const fewer = await pinger(url, 'alerts', 'apply', file('rules:\n  - { name: source, metric: source }\n'));
  expect(fewer).toMatchObject({ code: 1 });
  expect(fewer.stderr).toContain('nothing is changed: 1 row would be removed; --yes agrees to that');
});

test('everything that is wrong with a file is a line each, and nothing is changed', async () => {
  const url = await database();
  vi.stubEnv('MY_SECRET', undefined);
  const wrong = FILE.replace('5%', '5ms').replace('web: gateway', 'web: nobody');
  const { code, stderr } = await pinger(url, 'alerts', 'apply', file(wrong));
  expect(code).toBe(1);
  expect(stderr).toContain('alerts.yaml:2: channels.0: settings: the environment has no MY_SECRET');
  expect(stderr).toContain('rules.0: threshold: metric loss needs a share, such as 5%');
  expect(stderr).toContain('parents.web: there is no destination nobody');
  expect(stderr).toContain('nothing is changed because of 3 errors');
});

test('destinations are muted and unmuted', async () => {
  const url = await database();
  const muted = await pinger(url, 'alerts', 'mute', 'web', '--for', '2h', '--reason', 'new disk');
  expect(muted.stdout).toMatch(/^Maintenance 1: 1 destination muted until /);
  expect(objects(await pinger(url, 'alerts', 'maintenances', '--json'))).toMatchObject([
    { destinations: 'web', reason: 'new disk', under_way: true },
  ]);
  expect((await pinger(url, 'alerts', 'unmute', '1')).stdout).toBe('Maintenance 1: ended.\n');
  expect((await pinger(url, 'alerts', 'mute', 'nobody', '--for', '2h')).code).toBe(1);
  expect(await pinger(url, 'alerts', 'mute', 'web')).toMatchObject({ code: 2 });
  expect((await pinger(url, 'alerts', 'list')).stdout).toBe('There are no alerts.\n');
});
