import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { canOpenRawSockets } from './support/privileges.ts';

const folder = join(import.meta.dirname, '../examples');
const example = join(folder, 'embed.mjs');

test('examples/alert.test.mjs passes', () => {
  const output = execFileSync(
    process.execPath,
    ['--test', '--test-reporter=tap', join(folder, 'alert.test.mjs')],
    {
      encoding: 'utf8',
      timeout: 30_000,
    },
  );
  expect(output).toMatch(/# pass 2\n# fail 0/);
});

// That it ends by itself shows that no timer, socket or handle is left behind.
test.skipIf(!canOpenRawSockets())('examples/embed.mjs runs, says what it saw, and ends', () => {
  const lines = execFileSync(process.execPath, [example], { encoding: 'utf8', timeout: 15_000 })
    .trim()
    .split('\n');
  expect(lines.slice(0, 4)).toEqual([
    'pinger is starting',
    'destination 1 (127.0.0.1) is probed',
    'destination 2 (::1) is probed',
    'pinger is running',
  ]);
  expect(lines.slice(4, 6)).toEqual(['pinger is stopping', 'pinger is stopped']);
  const [, sent, stored, replies] =
    /^(\d+) probes sent, (\d+) results stored, (\d+) replies$/.exec(lines[6] ?? '') ?? [];
  expect(Number(sent)).toBeGreaterThan(15);
  expect([stored, replies]).toEqual([sent, sent]);
});

test.skipIf(!canOpenRawSockets())('examples/serve.mjs runs, serves, and ends', () => {
  const output = execFileSync(process.execPath, [join(folder, 'serve.mjs')], {
    encoding: 'utf8',
    timeout: 15_000,
  });
  expect(output.trim().split('\n')).toEqual([
    expect.stringMatching(/^the page is at http:\/\/127.0.0.1:\d+\/$/),
    '201 /api/v1/destinations/1',
    'it is up',
    'the newest result is a reply of 127.0.0.1',
  ]);
});
