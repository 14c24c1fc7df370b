import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DestinationBody } from '../../src/http/schemas/destination.ts';
import { hasBrowser, withBrowser } from '../support/browser.ts';
import { type Served, served } from '../support/served.ts';

/** What the browser says of an answer that the page takes for what it is. */
const REFUSED = [/status of 4(00|22)/];

describe.skipIf(!hasBrowser())('editing on the page', () => {
  let monitor: Served;

  const given = async (...addresses: string[]) => {
    monitor = await served({
      destinations: addresses.map((address) => ({ address, protocol: 3, interval: 200 })),
    });
  };
  const rows = async () =>
    (await monitor.api<{ destinations: DestinationBody[] }>('GET', '/destinations')).destinations;

  beforeEach(() => given('198.51.100.1', '203.0.113.1', '198.51.100.66'));
  afterEach(() => monitor.stop());
  const open = withBrowser();

  test('lines that are pasted become destinations; those that pinger refuses stay, with what is wrong', async () => {
    const page = await open(monitor.url, { expected: REFUSED });
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Add destinations' });
    const lines = dialog.getByLabel('Addresses or URLs, one a line');
    await lines.fill(
      '198.51.100.7  office router\n# a comment\n\n300.1.1.1\ntcp://198.51.100.8:443\ntcp://198.51.100.9',
    );
    await dialog.getByLabel('Interval').fill('250ms');
    await dialog.getByRole('button', { name: 'Add 4 destinations' }).click();
    await dialog.getByText('2 lines were not added:').waitFor();
    expect(await dialog.locator('.refused li').allTextContents()).toEqual([
      expect.stringContaining('"300.1.1.1": not an IPv4 address (four numbers from 0 to 255)'),
      expect.stringContaining('port is missing: protocol 2 (TCP) needs one'),
    ]);
    expect(await lines.inputValue()).toBe('300.1.1.1\ntcp://198.51.100.9');
    expect(await dialog.getByLabel('Interval').inputValue()).toBe('250ms');
    await lines.fill('tcp://198.51.100.9:443');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    expect((await rows()).slice(3)).toMatchObject([
      { address: '198.51.100.7', name: 'office router', interval: 250, protocol: 'icmp' },
      { address: '198.51.100.8', protocol: 'tcp', port: 443, interval: 250 },
      { address: '198.51.100.9', protocol: 'tcp', port: 443, interval: 250 },
    ]);
    const added = page.getByRole('row', { name: /office router/ });
    await expect.poll(() => added.locator('.state').textContent()).toBe('Up');
    expect(await added.locator('.rtt').textContent()).toMatch(/^\d\d\.\d ms$/);
  });

  test('what is wrong is told beside its field, in the line of the command line, and nothing typed is lost', async () => {
    const page = await open(monitor.url, { expected: REFUSED });
    await page.getByRole('row', { name: /203\.0\.113\.1/ }).hover();
    await page.getByRole('button', { name: 'Edit 203.0.113.1' }).click();
    const dialog = page.getByRole('dialog', { name: 'Edit 203.0.113.1' });
    const interval = dialog.getByLabel('Interval');
    expect(await interval.inputValue()).toBe('200ms');
    await dialog.getByLabel('Name').fill('far away');
    await interval.fill('soon');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect
      .poll(() => dialog.locator('#field-interval-note').textContent())
      .toBe('"soon" is not a time: expected a number and a unit, such as 200ms, 10s or 1h');
    await interval.fill('0');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect
      .poll(() => dialog.locator('#field-interval-note').textContent())
      .toBe('interval 0: expected a whole number from 1 to 2147483647 ms');
    expect(await interval.getAttribute('aria-invalid')).toBe('true');
    await expect.poll(() => interval.evaluate((input) => input === document.activeElement)).toBe(true);
    // Left by accident, it is as it was.
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('row', { name: /203\.0\.113\.1/ }).hover();
    await page.getByRole('button', { name: 'Edit 203.0.113.1' }).click();
    expect(await dialog.getByLabel('Name').inputValue()).toBe('far away');
    await interval.fill('300ms');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect((await rows())[1]).toMatchObject({ name: 'far away', interval: 300, timeout: 1000 });
    await page.getByRole('link', { name: 'far away' }).waitFor();
  });

  test('keys add, edit, pause and delete; a pause can be taken back', async () => {
    const page = await open(`${monitor.url}?sort=name`);
    await page.locator('.lines .row').first().waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('p');
    await page.getByText('Paused 198.51.100.1.').waitFor();
    const first = page.getByRole('row', { name: /198\.51\.100\.1\b/ });
    await expect.poll(() => first.locator('.state').textContent()).toBe('Paused');
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => first.locator('.state').textContent()).toBe('Up');
    await page.keyboard.press('a');
    await page.getByRole('dialog', { name: 'Add destinations' }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('#list').focus();
    await page.keyboard.press('e');
    await page.getByRole('dialog', { name: 'Edit 198.51.100.1' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Delete');
    const dialog = page.getByRole('dialog', { name: 'Delete 198.51.100.1?' });
    expect(await dialog.textContent()).toContain('The results so far stay in the table');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(await rows()).toHaveLength(3);
    await page.keyboard.press('Delete');
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await expect.poll(() => first.count()).toBe(0);
    expect((await rows()).map(({ address }) => address)).toEqual(['203.0.113.1', '198.51.100.66']);
  });

  test('several are edited, paused and deleted at once', async () => {
    const page = await open(monitor.url);
    await page.getByLabel('Select all that are listed').check();
    await page.getByText('3 destinations selected').waitFor();
    const bar = page.getByRole('region', { name: 'Selected destinations' });
    await bar.getByRole('button', { name: 'Edit' }).click();
    const dialog = page.getByRole('dialog', { name: 'Edit 3 destinations' });
    await dialog.getByLabel('Timeout').fill('2s');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect((await rows()).map(({ interval, timeout }) => [interval, timeout])).toEqual(
      new Array(3).fill([200, 2000]),
    );
    await bar.getByRole('button', { name: 'Pause' }).click();
    await expect.poll(async () => (await rows()).filter(({ active }) => active).length).toBe(0);
    await page.getByRole('button', { name: 'Paused 3' }).waitFor();
    await bar.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('heading', { name: 'Nothing is probed yet' }).waitFor();
    expect(await rows()).toEqual([]);
  });

  test('the first destination is added where there is none, and is seen at once', async () => {
    for (const { id } of await rows()) await monitor.api('DELETE', `/destinations/${id}`);
    const page = await open(monitor.url);
    await page.getByRole('heading', { name: 'Nothing is probed yet' }).waitFor();
    expect(await page.getByText('pinger destinations add example.com --interval 5s').isVisible()).toBe(true);
    await page.getByLabel('Addresses or URLs, one a line').fill('198.51.100.3 the first');
    await page.getByRole('button', { name: 'Add' }).click();
    const first = page.getByRole('row', { name: /the first/ });
    await expect.poll(() => first.locator('.state').textContent()).toBe('Up');
  });

  test('whoever may only look finds nothing to edit with', async () => {
    const page = await open('about:blank');
    await page.route('**/api/v1/session', (route) =>
      route.fulfill({ json: { required: true, name: 'ann', kind: 'user', role: 'viewer' } }),
    );
    await page.goto(monitor.url);
    await page.locator('.lines .row').first().waitFor();
    await expect.poll(() => page.getByRole('button', { name: 'Add' }).count()).toBe(0);
    await page.keyboard.press('j');
    await page.keyboard.press('a');
    await page.keyboard.press('p');
    await page.keyboard.press('Delete');
    expect(await page.getByRole('checkbox').count()).toBe(0);
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect((await rows()).every(({ active }) => active)).toBe(true);
  });
});
