import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newest } from './releases.ts';

test('of a major version, or a minor one, the newest release is taken', () => {
  const releases = ['24.9.0', '24.10.1', '24.10.0', '2.40.0', '24.11.0-rc.1', '26.0.0'];
  expect(newest('24', releases)).toBe('24.10.1');
  expect(newest('24.9', releases)).toBe('24.9.0');
  expect(newest('24.10.0', releases)).toBe('24.10.0');
  expect(newest('24.1', releases)).toBeUndefined();
});

test.each([[['v24']], [['24', '--bogus']], [['24', '--tests']]])(
  '%j is told in one line, with exit 2',
  (given) => {
    const script = [join(import.meta.dirname, 'main.ts'), ...given];
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', ...script], {
      encoding: 'utf8',
    });
    expect(stderr).toMatch(/^test:nodes: .+\n$/);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  },
);
