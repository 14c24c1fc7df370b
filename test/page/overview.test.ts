import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, overflows, withBrowser } from '../support/browser.ts';
import { type Crowd, crowd } from '../support/served.ts';

const COUNT = 1000;

describe.skipIf(!hasBrowser())('the overview', () => {
  const open = withBrowser();
  let some: Crowd;

  beforeAll(async () => {
    some = await crowd(COUNT);
    for (let round = 0; round < 60; round++) some.round();
  });
  afterAll(() => some.stop());

  const overview = async (query = '', options = {}): Promise<Page> => {
    const page = await open(some.url + query, options);
    await page.locator('.lines .row').first().waitFor();
    return page;
  };
  const names = (page: Page) => page.locator('.lines .row:not(.group) .name a').allTextContents();
  const found = (page: Page) => page.locator('.found').textContent();
  const row = (page: Page, name: string) =>
    page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });

  test('it tells state, loss, RTT and the recent probes of each, worst first', async () => {
    const page = await overview();
    expect((await names(page)).slice(0, 6)).toEqual([
      'office-7',
      'office-207',
      'office-407',
      'office-607',
      'office-807',
      'shop-3',
    ]);
    const down = row(page, 'office-7');
    await expect.poll(() => down.locator('.state').textContent()).toBe('Down');
    expect(await down.locator('.loss').textContent()).toBe('100%');
    expect(await down.getByRole('img').getAttribute('aria-label')).toBe('60 probes, 60 lost');
    const lossy = row(page, 'shop-3');
    expect(await lossy.locator('.loss').textContent()).toMatch(/^1[0-2](\.\d)?%$/);
    expect(await lossy.locator('.rtt').textContent()).toMatch(/^\d+(\.\d+)? ms$/);
    expect(await lossy.locator('.protocol').textContent()).toBe('TCP');
    expect(await lossy.locator('.interval').textContent()).toBe('1s');
  });

  test('only what is seen is in the document, and screen readers are told of all', async () => {
    const page = await overview();
    const grid = page.getByRole('grid', { name: 'Destinations' });
    expect(await grid.getAttribute('aria-rowcount')).toBe(String(COUNT + 1));
    expect(await page.locator('.lines .row').count()).toBeLessThan(80);
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    const last = page.locator('.lines .row').last();
    await expect.poll(() => last.getAttribute('aria-rowindex')).toBe(String(COUNT + 1));
    expect(await last.locator('.state').textContent()).toBe('Up');
  });

  test('words filter it, in the address as well', async () => {
    const page = await overview();
    await page.getByRole('searchbox').fill('edge tcp 10.0.1');
    await expect.poll(() => found(page)).toBe('17 of 1,000 destinations');
    expect(new URL(page.url()).search).toBe('?q=edge+tcp+10.0.1');
    expect((await names(page)).every((name) => name.startsWith('edge-'))).toBe(true);
    await page.reload();
    await expect.poll(() => found(page)).toBe('17 of 1,000 destinations');
    await page.getByRole('searchbox').fill('nowhere');
    await expect.poll(() => found(page)).toBe('0 of 1,000 destinations');
    await page.getByRole('button', { name: 'Show all' }).click();
    await expect.poll(() => found(page)).toBe('1,000 destinations');
    expect(page.url()).toBe(some.url);
  });

  test('states filter it, and are counted', async () => {
    const page = await overview();
    const down = page.getByRole('button', { name: 'Down 5' });
    await down.click();
    await expect.poll(() => found(page)).toBe('5 of 1,000 destinations');
    expect(await down.getAttribute('aria-pressed')).toBe('true');
    await page.getByRole('button', { name: 'Lossy 20' }).click();
    await expect.poll(() => found(page)).toBe('25 of 1,000 destinations');
    expect(new URL(page.url()).search).toBe('?state=down,lossy');
    await page.getByRole('button', { name: 'All 1,000' }).click();
    await expect.poll(() => found(page)).toBe('1,000 destinations');
  });

  test('any column sorts it, either way', async () => {
    const page = await overview();
    const heading = page.getByRole('columnheader', { name: 'Destination' });
    await heading.getByRole('button').click();
    await expect.poll(async () => (await names(page)).slice(0, 3)).toEqual(['core-1', 'core-6', 'core-11']);
    expect(await heading.getAttribute('aria-sort')).toBe('ascending');
    await heading.getByRole('button').click();
    await expect.poll(async () => (await names(page)).slice(0, 2)).toEqual(['shop-998', 'shop-993']);
    expect(await heading.getAttribute('aria-sort')).toBe('descending');
    await page.getByRole('button', { name: 'RTT' }).click();
    const rtts = async () => (await page.locator('.lines .rtt').allTextContents()).map(Number.parseFloat);
    await expect.poll(async () => isSorted((await rtts()).map((rtt) => -rtt))).toBe(true);
    expect(new URL(page.url()).search).toBe('?sort=rtt&order=desc');
  });

  test('groups have headings with figures, which fold', async () => {
    const page = await overview('?group=name&sort=name');
    const heading = page.getByRole('row', { name: /^core/ }).first();
    expect(await heading.textContent()).toMatch(/^core200Up 200loss 0%median RTT \d+\.\d ms$/);
    expect(await page.getByRole('treegrid').getAttribute('aria-rowcount')).toBe('1006');
    await heading.click();
    await expect.poll(() => heading.getAttribute('aria-expanded')).toBe('false');
    expect(await page.getByRole('treegrid').getAttribute('aria-rowcount')).toBe('806');
    expect(await found(page)).toBe('1,000 destinations');
    await page.getByLabel('Group by').selectOption('protocol');
    await expect.poll(() => page.locator('.lines .row').first().textContent()).toMatch(/^ICMP667/);
    await page.getByLabel('Group by').selectOption('state');
    await expect
      .poll(() => page.locator('.lines .row').first().textContent())
      .toMatch(/^Down5Down 5loss 100%/);
  });

  test('keys move, select, filter, fold and open', async () => {
    const page = await overview('?sort=name');
    const active = () =>
      page.evaluate(() => {
        const id = document.getElementById('list')?.getAttribute('aria-activedescendant');
        return id && document.getElementById(id)?.querySelector('a')?.textContent;
      });
    await page.keyboard.press('j');
    await expect.poll(active).toBe('core-1');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    await expect.poll(active).toBe('core-6');
    await page.keyboard.press('x');
    await expect.poll(() => page.getByText('1 destination selected').isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByText('1 destination selected').isVisible()).toBe(false);
    await page.keyboard.press('End');
    await expect.poll(active).toBe('shop-998');
    await page.keyboard.press('Home');
    await expect.poll(active).toBe('core-1');
    await page.keyboard.press('?');
    await expect.poll(() => page.getByRole('dialog', { name: 'Keys' }).isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    await page.keyboard.type('shop-998');
    await expect.poll(() => found(page)).toBe('1 of 1,000 destinations');
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowDown');
    await expect.poll(active).toBe('shop-998');
    await page.keyboard.press('Enter');
    await expect.poll(() => new URL(page.url()).pathname).toBe('/destinations/998');
  });

  test('single letters can be turned off', async () => {
    const page = await overview();
    await page.keyboard.press('?');
    await page.getByLabel('Single letters do something').uncheck();
    await page.getByRole('button', { name: 'Close' }).click();
    await page.keyboard.press('a');
    await page.keyboard.press('?');
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => page.locator('#list').getAttribute('aria-activedescendant')).toBe('d7');
  });

  test('what changes is seen without loading again, and lines keep their places under the pointer', async () => {
    const page = await overview('?state=up&sort=name');
    const first = row(page, 'core-1');
    const before = await first.locator('.rtt').textContent();
    await first.hover();
    const [place] = await names(page);
    for (let round = 0; round < 4; round++) some.live.take({ ...lostProbe, destination_id: 1 });
    await expect.poll(() => first.locator('.state').textContent(), { timeout: 5000 }).toBe('Down');
    expect(await first.locator('.rtt').textContent()).toBe(before);
    // Longer than lists are sorted again after.
    await page.waitForTimeout(3500);
    expect((await names(page))[0]).toBe(place);
    await page.mouse.move(700, 5);
    await expect.poll(async () => (await names(page))[0], { timeout: 6000 }).toBe('core-6');
    for (let round = 0; round < 60; round++) some.round();
  });

  test('at the width of a phone nothing is wider than the window', async () => {
    for (const query of ['', '?group=name', '?state=down']) {
      const page = await overview(query, { width: 390, height: 844 });
      expect(await overflows(page)).toBe(false);
      expect(await page.locator('.lines .row .name').first().isVisible()).toBe(true);
    }
  });
});

const lostProbe = {
  rtime: 0n,
  outcome: 'timeout',
  doubt: null,
  rtt: null,
  address: null,
  rtype: null,
  datamatch: null,
  rseq: 0,
  reason: null,
} as const;

const isSorted = (numbers: number[]): boolean =>
  numbers.every((number, n) => n === 0 || number >= (numbers[n - 1] as number));
