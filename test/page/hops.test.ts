import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  accessibilityIssues,
  CHROMIUM,
  hasBrowser,
  overflows,
  screenshot,
  withBrowser,
} from '../support/browser.ts';
import { MAIN, Running } from '../support/command.ts';
import { INTERNET, Internet } from '../support/internet.ts';
import { canMakeNamespaces } from '../support/privileges.ts';
import { eventually } from './canvas.ts';

const { first, second, target, absent } = INTERNET;

describe.skipIf(!hasBrowser() || !canMakeNamespaces())('the path of a destination, across a network', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pinger-hops-'));
  let network: Internet;
  let monitor: Running;
  let url: string;

  const open = withBrowser(() => {
    const program = join(folder, 'chromium');
    writeFileSync(program, network.script('source', CHROMIUM), { mode: 0o755 });
    return program;
  });

  beforeAll(async () => {
    network = new Internet();
    const database = ['--database', `sqlite:${join(folder, 'hops.db')}`];
    for (const address of [target[4], target[6], absent[4]])
      network.run(
        'source',
        process.execPath,
        MAIN,
        'destinations',
        'add',
        address,
        '--interval',
        '200ms',
        ...database,
      );
    monitor = new Running(
      network.start('source', process.execPath, MAIN, 'run', '--listen', '127.0.0.1:0', ...database),
    );
    await monitor.until(/Page: http/);
    url = /Page: (http\S+)/.exec(monitor.stdout + monitor.stderr)?.[1] as string;
  }, 60_000);
  afterAll(async () => {
    monitor?.child.kill('SIGTERM');
    await monitor?.finished;
    network?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const traced = async (id: number, options = {}): Promise<Page> => {
    const page = await open(`${url}destinations/${id}`, options);
    await page.getByRole('button', { name: 'Trace the path' }).click();
    await page.getByText(/^Done: /).waitFor({ timeout: 30_000 });
    return page;
  };
  const rows = (page: Page) => page.locator('.hops tbody tr');
  const cell = (page: Page, row: number, n: number) =>
    rows(page).nth(row).locator('th, td').nth(n).textContent();

  test.each([4, 6] as const)(
    'over IPv%i it has the routers in their order, each with ten probes',
    async (family) => {
      const page = await traced(family === 4 ? 1 : 2);
      expect(await page.getByRole('status').filter({ hasText: 'Done' }).textContent()).toBe(
        `Done: 3 hops to ${target[family]}, 10 probes each.`,
      );
      expect(await rows(page).count()).toBe(3);
      const hosts = [first[family], second[family], target[family]];
      for (const [n, host] of hosts.entries()) {
        expect(await cell(page, n, 0)).toBe(String(n + 1));
        expect(await cell(page, n, 1)).toContain(host);
        expect(await cell(page, n, 2)).toBe('0%');
        expect(await cell(page, n, 3)).toBe('10');
        const [last, avg, best, worst] = await Promise.all([4, 5, 6, 7].map((at) => cell(page, n, at)));
        expect(Number(best)).toBeGreaterThan(0);
        expect(Number(best)).toBeLessThanOrEqual(Number(avg));
        expect(Number(avg)).toBeLessThanOrEqual(Number(worst));
        expect(Number(last)).toBeLessThanOrEqual(Number(worst));
      }
      // Whoever answers is not disturbed by it.
      await eventually(() => page.locator('.state-line .state').textContent()).toContain('Up');
    },
    60_000,
  );

  test('of one that is not there it says who answers last, and what he says', async () => {
    const page = await traced(3);
    await eventually(() => rows(page).last().textContent()).toMatch(/!H host unreachable/);
    expect(await cell(page, 0, 1)).toContain(first[4]);
    expect(await cell(page, 1, 1)).toContain(second[4]);
  }, 60_000);

  test('given up, it goes on no more', async () => {
    const page = await open(`${url}destinations/1`);
    await page.getByRole('button', { name: 'Trace the path' }).click();
    await page.getByText(/^Tracing: \d hop/).waitFor();
    const ended = page.waitForResponse((response) => response.request().method() === 'DELETE');
    await page.getByRole('button', { name: 'Cancel the trace' }).click();
    expect((await ended).status()).toBe(204);
    await page.getByText(/^Ended: \d hop/).waitFor();
  });

  test.each([
    [390, 'light'],
    [390, 'dark'],
    [1440, 'light'],
    [1440, 'dark'],
  ] as const)(
    'at %i pixels in the %s theme nothing is cut off, and everybody can read it',
    async (width, theme) => {
      const page = await traced(1, { width, theme });
      expect(await overflows(page)).toBe(false);
      expect(await accessibilityIssues(page)).toEqual([]);
      await page.locator('.hops').scrollIntoViewIfNeeded();
      await screenshot(page, `hops-${width}-${theme}`);
    },
    60_000,
  );
});
