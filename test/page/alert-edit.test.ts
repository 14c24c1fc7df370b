import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { accessibilityIssues, hasBrowser, overflows, screenshot, withBrowser } from '../support/browser.ts';
import { receiver } from '../support/receiver.ts';
import { type Served, served } from '../support/served.ts';
import { eventually } from './canvas.ts';

/** What the browser says of an answer that the page takes for what it is. */
const REFUSED = [/status of 4(00|22)/];

interface Rules {
  rules: { id: number; name: string; channels: number[] }[];
}

describe.skipIf(!hasBrowser())('alerts are set up on the page', () => {
  let monitor: Served;

  beforeEach(async () => {
    monitor = await served();
    await monitor.api('POST', '/destinations', [
      { address: '198.51.100.1', name: 'gateway', interval: 1000 },
      { address: '198.51.100.2', name: 'web-1', interval: 1000 },
      { address: '198.51.100.3', name: 'web-2', interval: 1000 },
    ]);
  });
  afterEach(() => monitor.stop());
  const open = withBrowser();

  const shown = (options = {}) => open(`${monitor.url}alerts`, { expected: REFUSED, ...options });
  const said = (page: Page, text: string) => page.getByRole('status').filter({ hasText: text }).waitFor();
  const note = (page: Page, field: string) => page.locator(`#field-${field}-note`).textContent();
  const begin = async (page: Page, button: string) => {
    await page.getByRole('button', { name: button, exact: true }).press('Enter');
    return page.getByRole('dialog');
  };
  /** In one line, why the API does not take something. */
  const refusal = async (path: string, body: object): Promise<string> => {
    const response = await fetch(`${monitor.url}api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(response.ok).toBe(false);
    return ((await response.json()) as { detail: string }).detail;
  };

  test('a rule is added by an example, changed and removed, by keys alone', async () => {
    const page = await shown();
    const dialog = await begin(page, 'Add a rule');
    await dialog.getByRole('button', { name: 'lossy' }).press('Enter');
    expect(await dialog.getByLabel('Threshold', { exact: true }).inputValue()).toBe('5%');
    await dialog.getByLabel('Destinations').fill('web-*');
    await page.keyboard.press('Enter');
    await said(page, 'The rule is added.');
    expect((await monitor.api<Rules>('GET', '/alert-rules')).rules.at(-1)).toMatchObject({
      name: 'lossy',
      metric: 'loss',
      threshold: 0.05,
      recovery_threshold: 0.01,
      span: 300_000,
      severity: 'warning',
      destinations: 'web-*',
      channels: [],
      problem: null,
    });
    const row = page.getByRole('row').filter({ hasText: 'loss > 5% over 5m' });
    expect(await row.textContent()).toContain('all channels');
    await page.getByRole('button', { name: 'Edit the rule lossy' }).press('Enter');
    await dialog.getByLabel('Hold', { exact: true }).fill('2m');
    await dialog.getByLabel('Repeat').fill('4h');
    await page.keyboard.press('Enter');
    await said(page, 'The rule is changed.');
    expect((await monitor.api<Rules>('GET', '/alert-rules')).rules.at(-1)).toMatchObject({
      hold: 120_000,
      repeat: 14_400_000,
      threshold: 0.05,
    });
    await page.getByRole('button', { name: 'Remove the rule lossy' }).press('Enter');
    await page.getByRole('dialog', { name: 'Remove the rule lossy?' }).waitFor();
    await page.keyboard.press('Enter');
    await said(page, 'The rule lossy is removed.');
    expect((await monitor.api<Rules>('GET', '/alert-rules')).rules).toHaveLength(1);
  });

  test('what is wrong with a rule is told beside its field, in the line of the API, and nothing typed is lost', async () => {
    const page = await shown();
    const dialog = await begin(page, 'Add a rule');
    await dialog.getByLabel('Metric').selectOption('loss');
    await dialog.getByLabel('Threshold', { exact: true }).fill('lots');
    await dialog.getByLabel('Span').fill('a while');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await eventually(() => note(page, 'threshold')).toBe('threshold: metric loss needs a share, such as 5%');
    expect(await note(page, 'span')).toBe(
      '"a while" is not a time: expected a number and a unit, such as 200ms, 10s or 1h',
    );
    await eventually(() =>
      dialog.getByLabel('Threshold', { exact: true }).evaluate((input) => input === document.activeElement),
    ).toBe(true);
    await dialog.getByLabel('Threshold', { exact: true }).fill('5%');
    await dialog.getByLabel('Recovery threshold').fill('50%');
    await dialog.getByLabel('Span').fill('5m');
    await dialog.getByLabel('Name').fill('lossy');
    const body = { name: 'lossy', metric: 'loss', threshold: 0.05, span: 300_000 };
    for (const [field, label, wrong, text, value] of [
      ['recovery_threshold', 'Recovery threshold', '50%', '1%', 0.5],
      ['destinations', 'Destinations', 'protocol:pigeon', 'web-*', 'protocol:pigeon'],
      ['name', 'Name', 'source', 'lossy', 'source'],
    ] as const) {
      await dialog.getByLabel(label).fill(wrong);
      await dialog.getByRole('button', { name: 'Add', exact: true }).click();
      const line = await refusal('/alert-rules', { ...body, [field]: value });
      expect(line).toMatch(
        /^(recovery_threshold 0\.5: expected|destinations "protocol:pigeon"|name "source")/,
      );
      await eventually(() => note(page, field)).toBe(line);
      await dialog.getByLabel(label).fill(text);
    }
    // Left by accident, it is as it was.
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await begin(page, 'Add a rule');
    expect(await dialog.getByLabel('Name').inputValue()).toBe('lossy');
    expect(await dialog.getByLabel('Recovery threshold').inputValue()).toBe('1%');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await said(page, 'The rule is added.');
  });

  test('a webhook is added, told, given another secret and removed', async () => {
    const hook = await receiver();
    const page = await shown();
    const dialog = await begin(page, 'Add a channel');
    await dialog.getByLabel('Name').fill('ops');
    await dialog.getByLabel('URL').fill('ftp://example.com');
    await dialog.getByLabel('Headers').fill('nonsense');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await eventually(() => note(page, 'headers')).toBe(
      '"nonsense": expected a name and a value with a colon between them',
    );
    await dialog.getByLabel('Headers').fill('x-team: network');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    const line = await refusal('/alert-channels', {
      name: 'ops',
      kind: 'webhook',
      settings: { url: 'ftp://example.com' },
    });
    await eventually(() => note(page, 'url')).toBe(line);
    await dialog.getByLabel('URL').fill(hook.url);
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await said(page, 'The channel is added.');
    await page.getByRole('button', { name: 'Send a test to ops' }).press('Enter');
    await said(page, 'ops has been told.');
    expect(hook.received).toHaveLength(1);
    expect(hook.received[0]?.headers).toMatchObject({ 'x-team': 'network' });

    // Its settings are shown to nobody, and stay unless others are given.
    await page.getByRole('button', { name: 'Edit the channel ops' }).press('Enter');
    expect(await dialog.getByLabel('URL').count()).toBe(0);
    await dialog.getByLabel('Name').fill('night');
    await dialog.getByLabel('Tell the end of an alert, too').uncheck();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await said(page, 'The channel is changed.');
    await page.getByRole('button', { name: 'Send a test to night' }).click();
    await said(page, 'night has been told.');
    expect(hook.received[1]?.headers).toMatchObject({ 'x-team': 'network' });
    expect(await monitor.api('GET', '/alert-channels')).toMatchObject({
      channels: [{ name: 'night', send_resolved: false }],
    });
    await page.getByRole('button', { name: 'Edit the channel night' }).click();
    await dialog.getByLabel('Other settings').check();
    await dialog.getByLabel('URL').fill(hook.url);
    await dialog.getByLabel('Secret').fill('whisper');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Send a test to night' }).click();
    await eventually(() => hook.received.length).toBe(3);
    expect(hook.received[2]?.headers['webhook-signature']).toMatch(/^v1,/);
    expect(hook.received[2]?.headers['x-team']).toBeUndefined();
  });

  test('a rule tells the channels that are chosen, and its only one is not removed beneath it', async () => {
    const page = await shown();
    let dialog = await begin(page, 'Add a channel');
    await dialog.getByLabel('Kind').selectOption('email');
    await dialog.getByLabel('Name').fill('mail');
    await dialog.getByLabel('Server').fill('smtp://127.0.0.1:2525');
    await dialog.getByLabel('From').fill('pinger@example.com');
    await dialog.getByLabel('To', { exact: true }).fill('one@example.com, nobody');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await eventually(() => note(page, 'to')).toBe('settings.to.1: expected an e-mail address');
    await dialog.getByLabel('To', { exact: true }).fill('one@example.com, two@example.com');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await said(page, 'The channel is added.');
    expect(await monitor.api('GET', '/alert-channels')).toMatchObject({
      channels: [{ kind: 'email', target: 'one@example.com, two@example.com', problem: null }],
    });
    dialog = await begin(page, 'Add a rule');
    await dialog.getByRole('button', { name: 'down' }).click();
    await dialog.getByRole('checkbox', { name: 'mail' }).check();
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await said(page, 'The rule is added.');
    expect((await monitor.api<Rules>('GET', '/alert-rules')).rules.at(-1)).toMatchObject({
      name: 'down',
      channels: [1],
    });
    await page.getByRole('button', { name: 'Remove the channel mail' }).click();
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await dialog.getByText('rule "down" names no other channel: change or remove it first').waitFor();
  });

  test('a maintenance is added, moved, ended and removed', async () => {
    const page = await shown();
    const dialog = await begin(page, 'Add a maintenance');
    await dialog.getByLabel('Destinations').fill('web-*');
    await dialog.getByLabel('For', { exact: true }).fill('soon');
    await page.keyboard.press('Enter');
    await eventually(() => note(page, 'length')).toContain('"soon" is not a time');
    await dialog.getByLabel('For', { exact: true }).fill('30h');
    await dialog.getByLabel('Repeats').selectOption('daily');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await eventually(() => note(page, 'length')).toBe(
      'ends: expected at most a day after starts, as it repeats daily',
    );
    await dialog.getByLabel('For', { exact: true }).fill('2h');
    await dialog.getByLabel('Time zone').fill('Mars/Base');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await eventually(() => note(page, 'time_zone')).toContain('expected a name such as Europe/Berlin');
    await dialog.getByLabel('Repeats').selectOption('');
    await dialog.getByLabel('Reason').fill('new disk');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await said(page, 'The maintenance is added.');
    const found = async () => {
      const { maintenances } = await monitor.api<{ maintenances: { starts: number; ends: number }[] }>(
        'GET',
        '/maintenances',
      );
      return maintenances[0];
    };
    const before = await found();
    expect(before).toMatchObject({ destinations: 'web-*', reason: 'new disk', under_way: true });
    await page.getByRole('button', { name: 'Edit the maintenance of web-*' }).press('Enter');
    await dialog.getByLabel('For', { exact: true }).fill('3h');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await said(page, 'The maintenance is changed.');
    expect(await found()).toMatchObject({
      starts: before?.starts,
      ends: (before?.starts ?? 0) + 3 * 3_600_000,
    });
    await page.getByRole('button', { name: 'End the maintenance of web-*' }).press('Enter');
    await said(page, 'It has ended.');
    expect(await found()).toMatchObject({ under_way: false });
    await page.getByRole('button', { name: 'Remove the maintenance of web-*' }).click();
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await said(page, 'The maintenance is removed.');
    expect(await found()).toBeUndefined();
  });

  test('a parent is named by its name, and what is behind it changed', async () => {
    const page = await shown();
    const parents = async () =>
      (await monitor.api<{ parents: object[] }>('GET', '/destination-parents')).parents;
    const dialog = await begin(page, 'Name a parent');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('parent_id is missing: choose the parent').waitFor();
    const choose = async (label: string, text: string) => {
      await dialog.getByRole('combobox', { name: label }).fill(text);
      await page.keyboard.press('Enter');
    };
    await choose('Parent', 'gate');
    await choose('Destinations behind it', 'web-1');
    await choose('Destinations behind it', 'web-2');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await said(page, 'gateway: 2 behind it.');
    expect(await parents()).toEqual([
      { destination_id: 2, parent_id: 1 },
      { destination_id: 3, parent_id: 1 },
    ]);
    await page.getByRole('button', { name: 'Edit what is behind gateway' }).press('Enter');
    await dialog.getByRole('button', { name: 'Without web-1' }).click();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await said(page, 'gateway: 1 behind it.');
    expect(await parents()).toEqual([{ destination_id: 3, parent_id: 1 }]);
    // Whoever is behind it cannot be before it.
    await begin(page, 'Name a parent');
    await choose('Parent', 'web-2');
    await choose('Destinations behind it', 'gateway');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog
      .getByText(await refusal('/destination-parents', { destination_id: 1, parent_id: 3 }))
      .waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Remove what is behind gateway' }).click();
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await said(page, 'Nothing is behind gateway.');
    expect(await parents()).toEqual([]);
  });

  test('whoever may only look finds nothing to edit with', async () => {
    await monitor.api('POST', '/alert-channels', {
      name: 'ops',
      kind: 'webhook',
      settings: { url: 'https://hooks.example.com' },
    });
    const page = await open('about:blank');
    await page.route('**/api/v1/session', (route) =>
      route.fulfill({ json: { user: 'guest', role: 'viewer', sign_in: true } }),
    );
    await page.goto(`${monitor.url}alerts`);
    await page.getByRole('heading', { name: 'Channels' }).waitFor();
    await eventually(() => page.getByRole('main').getByRole('button').count()).toBe(0);
    expect(await page.getByRole('checkbox', { name: 'Tell ops' }).isDisabled()).toBe(true);
  });

  test.each([
    [390, 'light'],
    [390, 'dark'],
    [1440, 'light'],
    [1440, 'dark'],
  ] as const)(
    'at %i pixels in the %s theme no form is cut off, and everybody can use each',
    async (width, theme) => {
      await monitor.api('POST', '/alert-channels', {
        name: 'ops',
        kind: 'webhook',
        settings: { url: 'https://hooks.example.com' },
      });
      await monitor.api('POST', '/destination-parents', { destination_id: 2, parent_id: 1 });
      const page = await shown({ width, theme });
      for (const [button, name] of [
        ['Add a rule', 'rule'],
        ['Add a channel', 'channel'],
        ['Add a maintenance', 'maintenance'],
        ['Edit what is behind gateway', 'parent'],
        ['Remove the channel ops', 'removal'],
      ] as const) {
        const dialog = await begin(page, button);
        if (name === 'rule') {
          await dialog.getByRole('button', { name: 'lossy' }).click();
          await dialog.getByLabel('Hold', { exact: true }).fill('long');
          await dialog.getByRole('button', { name: 'Add', exact: true }).click();
        }
        expect(await dialog.evaluate((element) => element.scrollWidth > element.clientWidth)).toBe(false);
        expect(await overflows(page)).toBe(false);
        expect(await accessibilityIssues(page)).toEqual([]);
        await screenshot(page, `alert-${name}-${width}-${theme}`);
        await page.keyboard.press('Escape');
        await dialog.waitFor({ state: 'detached' });
      }
      await screenshot(page, `alert-setup-${width}-${theme}`);
    },
  );
});
