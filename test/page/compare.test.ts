import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { itemsOf, textOf } from '../../src/page/compare/items.ts';
import { accessibilityIssues, hasBrowser, overflows, screenshot, withBrowser } from '../support/browser.ts';
import { makeHistory } from '../support/made-history.ts';
import { type Crowd, crowd } from '../support/served.ts';
import { coloursAt, eventually, variable } from './canvas.ts';

const END = Math.floor(Date.now() / 1000);
const SPAN = { since: (END - 7200) * 1000, until: END * 1000 };
const REACH = { minutes: 3 * 3600, hours: 86_400, days: 86_400 };

describe('what an address compares', () => {
  test('are destinations, and sources of them', () => {
    const items = itemsOf('1,2:3,nonsense,1,0');
    expect(items).toEqual([
      { destination: 1, source: undefined },
      { destination: 2, source: 3 },
    ]);
    expect(textOf(items)).toBe('1,2:3');
    expect(textOf([])).toBeUndefined();
  });

  test('are eight at most', () => expect(itemsOf('1,2,3,4,5,6,7,8,9')).toHaveLength(8));
});

describe.skipIf(!hasBrowser())('the comparison', () => {
  const open = withBrowser();
  let server: Crowd;

  beforeAll(async () => {
    server = await crowd(3000, {
      fill: async (database) => {
        await makeHistory(database, { destination: 1, source: 'amsterdam', end: END, rtt: 20, reach: REACH });
        await makeHistory(database, {
          destination: 1,
          source: 'boston',
          end: END,
          rtt: 80,
          seed: 2,
          reach: REACH,
        });
        await makeHistory(database, {
          destination: 2,
          source: 'amsterdam',
          end: END,
          rtt: 40,
          seed: 3,
          reach: REACH,
        });
      },
    });
  }, 60_000);
  afterAll(() => server.stop());

  const shown = (query: string, options: Parameters<typeof open>[1] = {}): Promise<Page> =>
    open(`${server.url}compare${query}`, options);

  const values = (page: Page) => page.locator('.line-value').allTextContents();

  test('finds a destination among thousands by keyboard, and keeps it in the address', async () => {
    const page = await shown('');
    const field = page.getByRole('combobox', { name: 'Destination to compare' });
    await field.fill('shop-2998');
    await page.locator('[role=option]').first().waitFor();
    expect(await page.locator('[role=option]').count()).toBe(1);
    await field.fill('core');
    await eventually(() => page.locator('[role=option]').count()).toBe(50);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await eventually(() => new URL(page.url()).searchParams.get('with')).toBe('1');
    await page.getByRole('link', { name: 'core-1', exact: true }).waitFor();
    await field.fill('office-2 ');
    await page.locator('[role=option]').first().click();
    await eventually(() => new URL(page.url()).searchParams.get('with')).toBe('1,2');
    await page.getByRole('button', { name: 'Compare without core-1' }).click();
    await eventually(() => new URL(page.url()).searchParams.get('with')).toBe('2');
    await page.goBack();
    await eventually(() => page.locator('.chosen-items li').count()).toBe(2);
  });

  test('shows a line for each source of a destination', async () => {
    const page = await shown('?with=1');
    await page.getByRole('button', { name: 'One line for each source' }).click();
    await eventually(() => page.locator('.chosen-items li').count()).toBe(2);
    expect(new URL(page.url()).searchParams.get('with')).toBe('1:1,1:2');
    await eventually(() => values(page)).toEqual([
      expect.stringMatching(/^2\d\.\d+ ms$/),
      expect.stringMatching(/^[89]\d\.\d+ ms$|^1\d\d\.\d ms$/),
    ]);
    await page.locator('.multiples .time-chart').nth(1).waitFor();
    await page.getByText('core-1 from boston', { exact: true }).waitFor();
  });

  test('draws each line in its own colour, of what is chosen', async () => {
    const query = `since=${SPAN.since}&until=${SPAN.until}`;
    const page = await shown(`?with=1:1,1:2,2&${query}`);
    await eventually(() => values(page)).not.toContain('–');
    const colours = await Promise.all(
      ['--line-1', '--line-2', '--line-3'].map((name) => variable(page, name)),
    );
    // A dash may have a space just there.
    const seen = new Set<string>();
    for (let n = 0; n < 60; n++) {
      const column = await coloursAt(page, 'smoke', SPAN.since + 3_600_000 + n * 6000, SPAN);
      for (const colour of column.keys()) seen.add(colour);
    }
    for (const colour of colours) expect([...seen]).toContain(colour);
    const medians = await values(page);
    await page.getByLabel('Lines of').selectOption('p95');
    await eventually(() => values(page)).not.toEqual(medians);
    await page.getByLabel('Lines of').selectOption('loss');
    await eventually(() => values(page)).toEqual(Array(3).fill(expect.stringMatching(/%$/)));
    expect(new URL(page.url()).searchParams.get('measure')).toBe('loss');
  });

  test.each([
    ['light', 1440],
    ['dark', 390],
  ] as const)('%s at %i px: axe finds nothing, nothing is too wide', async (theme, width) => {
    const page = await shown('?with=1:1,1:2,2&last=1h', { theme, width });
    await eventually(() => values(page)).not.toContain('–');
    expect(await accessibilityIssues(page)).toEqual([]);
    expect(await overflows(page)).toBe(false);
    await screenshot(page, `compare-${theme}-${width}`);
  });
});
