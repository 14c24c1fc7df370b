import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { addUser, PASSWORD, serve } from '../http/guard/support.ts';
import { accessibilityIssues, hasBrowser, overflows, screenshot, withBrowser } from '../support/browser.ts';

/** What the browser itself says of an answer that is 401. */
const REFUSED = /401 \(Unauthorized\)|ERR_INCOMPLETE_CHUNKED_ENCODING/;

describe.skipIf(!hasBrowser())('signing in', () => {
  const open = withBrowser();
  const monitor = async () => {
    const served = await serve({ auth: true });
    await addUser(served.dataSource, 'ada', 'editor');
    await addUser(served.dataSource, 'vera', 'viewer');
    await served.dataSource.query("INSERT INTO destinations (address) VALUES ('192.0.2.1')");
    return served;
  };
  const fill = async (page: Page, name: string, password: string) => {
    await page.getByLabel('Name').fill(name);
    await page.getByLabel('Password').fill(password);
    await page.getByLabel('Password').press('Enter');
  };
  const pathOf = (page: Page) => page.evaluate('location.pathname + location.search');

  test('one is asked, comes back to where one was, and is asked again after signing out', async () => {
    const { url, dataSource } = await monitor();
    const page = await open(`${url}?find=192`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await pathOf(page)).toBe('/sign-in?back=%2F%3Ffind%3D192');
    expect(await page.evaluate('document.activeElement.name')).toBe('name');
    expect(await page.title()).toBe('Sign in · pinger');
    // Nothing of the monitor is there, and nothing is asked for that would be refused.
    expect(await page.getByRole('navigation').count()).toBe(0);
    await fill(page, 'ada', PASSWORD);
    await page.getByRole('link', { name: '192.0.2.1' }).waitFor();
    expect(await pathOf(page)).toBe('/?find=192');
    expect(await page.locator('.account').textContent()).toContain('ada');

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await dataSource.query('SELECT * FROM sessions')).toEqual([]);
    await page.goto(url);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  test('a wrong password is said where one is, and heard', async () => {
    const { url } = await monitor();
    const page = await open(`${url}sign-in`, { expected: [REFUSED] });
    await fill(page, 'ada', 'wrong');
    const alert = page.getByRole('alert');
    await expect.poll(() => alert.textContent()).toBe('Name or password is wrong.');
    expect(await page.getByLabel('Password').getAttribute('aria-invalid')).toBe('true');
    expect(await page.evaluate('document.activeElement.name')).toBe('password');
    await fill(page, 'ada', PASSWORD);
    await page.getByRole('link', { name: '192.0.2.1' }).waitFor();
  });

  test('a viewer is shown no way to change anything', async () => {
    const { url } = await monitor();
    const page = await open(url);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await fill(page, 'vera', PASSWORD);
    await page.getByRole('link', { name: '192.0.2.1' }).waitFor();
    expect(await page.getByRole('button', { name: /add/i }).count()).toBe(0);
  });

  test('a session that has ended asks again, and goes on where one was', async () => {
    const { url, dataSource } = await monitor();
    const page = await open(url, { expected: [REFUSED] });
    await fill(page, 'ada', PASSWORD);
    await page.getByRole('link', { name: '192.0.2.1' }).waitFor();
    await dataSource.query('DELETE FROM sessions');
    // The stream of events ends, and another is refused.
    await page.getByRole('heading', { name: 'Sign in' }).waitFor({ timeout: 25_000 });
    await fill(page, 'ada', PASSWORD);
    await page.getByRole('link', { name: '192.0.2.1' }).waitFor();
  }, 60_000);

  test('nobody is led elsewhere', async () => {
    const { url } = await monitor();
    for (const back of [
      'https://elsewhere.example/',
      '//elsewhere.example',
      'javascript:alert(1)',
      '/\\elsewhere.example',
    ]) {
      const page = await open(`${url}sign-in?back=${encodeURIComponent(back)}`);
      await fill(page, 'ada', PASSWORD);
      await page.getByRole('link', { name: '192.0.2.1' }).waitFor();
      expect(await pathOf(page)).toBe('/');
    }
  });

  test.each([
    ['light', 1440],
    ['dark', 390],
  ] as const)('it is well to be used in %s at %i pixels', async (theme, width) => {
    const { url } = await monitor();
    const page = await open(`${url}sign-in`, { theme, width, expected: [REFUSED] });
    await fill(page, 'ada', 'wrong');
    await page.getByText('Name or password is wrong.').waitFor();
    expect(await accessibilityIssues(page)).toEqual([]);
    expect(await overflows(page)).toBe(false);
    await screenshot(page, `sign-in-${theme}-${width}`);
  });
});
