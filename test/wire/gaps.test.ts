import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { pinger, start } from '../support/command.ts';
import { temporaryFolder } from '../support/files.ts';
import { ADDRESSES, Network } from '../support/network.ts';
import { canMakeNamespaces, canOpenRawSockets } from '../support/privileges.ts';
import { startProbing } from '../support/prober.ts';
import { sqlite } from '../support/sqlite-shell.ts';

const folder = temporaryFolder();
const file = () => join(folder(), 'pinger.db');
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Start and end, ms since the Unix epoch, and the reason of each gap. */
const gaps = () =>
  sqlite(file(), 'SELECT start / 1000000, "end" / 1000000, reason FROM gaps ORDER BY id')
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('|') as [string, string, string])
    .map(([from, to, reason]) => ({ from: Number(from), to: Number(to), reason }));

const isNear = (found: number, expected: number) => expect(Math.abs(found - expected)).toBeLessThan(1000);

describe.skipIf(!canOpenRawSockets())('the time in which no monitor ran is a gap', () => {
  const run = (...args: string[]) => ['run', '127.0.0.1', '-i', '50', ...args];

  test.each(['SIGTERM', 'SIGKILL'] as const)('after %s', async (signal) => {
    const running = start(run(), { cwd: folder() });
    await running.until(/reply +40 /);
    expect(gaps()).toEqual([]);
    running.child.kill(signal);
    const downAt = Date.now();
    await running.finished;
    await sleep(3000);
    const startedAt = Date.now();
    const again = await pinger(run('--duration', '1s'), { cwd: folder() });
    expect(again.code).toBe(0);
    const [gap, ...others] = gaps();
    expect(others).toEqual([]);
    expect(gap?.reason).toBe('down');
    isNear(gap!.from, downAt);
    // Node takes its time to start.
    expect(gap!.to).toBeGreaterThanOrEqual(startedAt);
    expect(gap!.to).toBeLessThan(Date.now() - 1000);
    const { stdout } = await pinger(['stats'], { cwd: folder() });
    expect(stdout).toMatch(
      /\nSource .+ was down for [3-9](\.\d)?s of this time, which counts neither as loss/,
    );
  });
});

describe.skipIf(!canMakeNamespaces())('a host whose link goes down is cut off', () => {
  test('from when it can send nothing until it can again, and nothing is lost by that', async () => {
    const network = new Network();
    onTestFinished(() => network.close());
    const { source, near, target } = ADDRESSES;
    const running = startProbing(network, file(), target[4], '-i', '100', '--duration', '9s');
    await running.until(/"rseq":20,/);
    network.run('source', 'ip', 'link', 'set', 'near', 'down');
    const downAt = Date.now();
    await sleep(3500);
    network.run('source', 'ip', 'link', 'set', 'near', 'up');
    network.run('source', 'ip', 'route', 'replace', 'default', 'via', near[4], 'src', source[4]);
    const upAt = Date.now();
    const { code, stdout } = await running.finished;
    expect(code).toBe(0);
    expect(gaps().map(({ reason }) => reason)).toEqual(['cut_off']);
    const [gap] = gaps();
    isNear(gap!.from, downAt);
    isNear(gap!.to, upAt);
    const summary = stdout.split('\n').find((line) => line.includes('"type":"summary"'));
    const { unsent, loss, received } = JSON.parse(summary!);
    expect(unsent).toBeGreaterThan(25);
    expect(received).toBeGreaterThan(25);
    expect(loss).toBe(0);
  });
});
