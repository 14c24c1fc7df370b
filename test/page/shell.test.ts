import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accessibilityIssues, hasBrowser, overflows, screenshot, withBrowser } from '../support/browser.ts';
import { type Crowd, crowd } from '../support/served.ts';

describe.skipIf(!hasBrowser())("the page's shell", () => {
  const open = withBrowser();
  let some: Crowd;
  let none: Crowd;

  beforeAll(async () => {
    [some, none] = await Promise.all([crowd(300), crowd(0)]);
    for (let round = 0; round < 60; round++) some.round();
    some.live.follow({
      destination_id: 12,
      address: '10.0.0.12',
      label: 'tcp://10.0.0.12:443',
      status: 'paused',
    });
    some.live.follow({
      destination_id: 22,
      address: '10.0.0.22',
      label: '10.0.0.22',
      status: 'invalid',
      problem: 'interval 0: expected a whole number from 1 to 2147483647 ms',
    });
  });
  afterAll(() => Promise.all([some.stop(), none.stop()]));

  const ground = (page: Page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const WHITE = 'rgb(255, 255, 255)';

  test('the theme is the system’s, or what was chosen here, before anything is painted', async () => {
    const page = await open(some.url, { theme: 'dark' });
    expect(await ground(page)).not.toBe(WHITE);
    await page.getByLabel('Light', { exact: true }).check({ force: true });
    expect(await ground(page)).toBe(WHITE);
    // Without the page's own script: what is chosen does not wait for it.
    await page.route('**/main-*.js', (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
    await page.reload();
    expect(await ground(page)).toBe(WHITE);
    await page.unroute('**/main-*.js');
    await page.reload();
    expect(await page.getByLabel('Light', { exact: true }).isChecked()).toBe(true);
    await page.getByLabel('As the system').check({ force: true });
    expect(await ground(page)).not.toBe(WHITE);
    await page.emulateMedia({ colorScheme: 'light' });
    expect(await ground(page)).toBe(WHITE);
  });

  test('the first key leads past the header; another view begins at its start', async () => {
    const page = await open(some.url);
    await page.locator('.lines .row').first().waitFor();
    expect(await page.title()).toBe('Overview · pinger');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
    await page.locator('.lines .name a').first().click();
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('main');
    expect(await page.title()).not.toBe('Overview · pinger');
    await page.goBack();
    await page.locator('.lines .row').first().waitFor();
    expect(await page.title()).toBe('Overview · pinger');
  });

  test('nothing of it is written into the document: no inline script, no inline style', async () => {
    const html = await (await fetch(some.url)).text();
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)/);
    expect(html).not.toMatch(/\sstyle=|<style|\son\w+=/);
  });

  test('an address of nothing says so', async () => {
    const page = await open(some.url);
    await page.evaluate(() => history.pushState(null, '', '/nowhere'));
    await page.evaluate(() => dispatchEvent(new PopStateEvent('popstate')));
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    await page.getByRole('link', { name: 'All destinations' }).click();
    await page.locator('.lines .row').first().waitFor();
  });

  for (const theme of ['light', 'dark'] as const)
    for (const width of [1440, 390])
      test(`axe finds nothing serious, ${theme}, ${width} pixels wide`, async () => {
        const options = { theme, width, height: width < 600 ? 844 : 900 };
        const views = [
          ['list', some.url],
          ['groups', `${some.url}?group=name`],
          ['empty', none.url],
        ] as const;
        for (const [name, url] of views) {
          const page = await open(url, options);
          await page.locator('.lines .row, .empty').first().waitFor();
          expect(await accessibilityIssues(page)).toEqual([]);
          expect(await overflows(page)).toBe(false);
          await screenshot(page, `${name}-${theme}-${width}`);
        }
        const page = await open(some.url, options);
        await page.getByRole('button', { name: 'Add', exact: true }).click();
        await page.getByRole('dialog').waitFor();
        expect(await accessibilityIssues(page)).toEqual([]);
        await screenshot(page, `add-${theme}-${width}`);
        await page.keyboard.press('Escape');
        await page.keyboard.press('?');
        await page.getByRole('dialog', { name: 'Keys' }).waitFor();
        expect(await accessibilityIssues(page)).toEqual([]);
        await screenshot(page, `keys-${theme}-${width}`);
      }, 60_000);
});
