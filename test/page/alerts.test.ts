import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import type { AlertFacts } from '../../src/alerts/alert-book.ts';
import { AlertStore } from '../../src/alerts/alert-store.ts';
import type { Alert } from '../../src/entities/alert.ts';
import { accessibilityIssues, overflows, screenshot, withBrowser } from '../support/browser.ts';
import { receiver } from '../support/receiver.ts';
import { type Served, served } from '../support/served.ts';

const open = withBrowser();

/** A monitor whose database has some alerts. */
async function alerting(): Promise<Served> {
  const monitor = await served();
  onTestFinished(monitor.stop);
  await monitor.api('POST', '/destinations', { address: '198.51.100.1', name: 'web-1' });
  const { database } = monitor.pinger;
  if (!database) throw new Error('a pinger with a database has access to it');
  const minutes = (ago: number) => Date.now() - ago * 60_000;
  const alert = (given: Partial<Alert>): AlertFacts => ({
    kind: 'fired',
    number: 0,
    channels: [],
    alert: {
      uid: randomUUID(),
      rule_id: 2,
      rule: 'lossy',
      severity: 'critical',
      metric: 'loss',
      destination_id: 1,
      destination: 'web-1 (198.51.100.1)',
      source_id: 1,
      source: 'here',
      state: 'firing',
      started: minutes(12),
      fired: minutes(11),
      resolved: null,
      value: 0.125,
      threshold: 0.05,
      detail: 'loss 12.5% over 5m, above 5%',
      suppressed: null,
      ended: null,
      ...given,
    },
  });
  const over = Array.from({ length: 60 }, (_, n) =>
    alert({ state: 'resolved', started: minutes(200 + n), resolved: minutes(190 + n), severity: 'warning' }),
  );
  await new AlertStore(database).write(
    [...over, alert({ state: 'suppressed', suppressed: 'maintenance 1' }), alert({})],
    Date.now(),
  );
  await monitor.api('POST', '/alert-rules', {
    name: 'lossy',
    metric: 'loss',
    threshold: 0.05,
    span: 300_000,
  });
  return monitor;
}

test('what fires is in the header, and the view says what, since when, and what was', async () => {
  const { url } = await alerting();
  const page = await open(url);
  await page.getByRole('link', { name: '1 alert is firing' }).click();
  await page.getByRole('heading', { name: '1 alert firing' }).waitFor();
  const row = page.getByRole('row').filter({ hasText: 'loss 12.5% over 5m, above 5%' }).first();
  expect(await row.textContent()).toContain('12 min');
  expect(await page.getByText('1 alert is suppressed').isVisible()).toBe(true);
  const history = page.getByRole('table', { name: 'Alerts that are over' });
  expect(await history.getByRole('row').count()).toBe(51);
  await page.getByRole('button', { name: 'Older alerts' }).click();
  await page.getByRole('button', { name: 'Older alerts' }).waitFor({ state: 'detached' });
  expect(await history.getByRole('row').count()).toBe(61);
});

test('what fires is muted from its line: a maintenance of that destination', async () => {
  const { url, api } = await alerting();
  const page = await open(`${url}alerts`);
  await page.getByRole('button', { name: /^Mute web-1/ }).press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Add a maintenance' });
  expect(await dialog.getByLabel('Destinations').inputValue()).toBe('1');
  await dialog.getByLabel('For', { exact: true }).fill('2h');
  await page.keyboard.press('Enter');
  await page.getByRole('status').filter({ hasText: 'The maintenance is added.' }).waitFor();
  expect(await api('GET', '/maintenances')).toMatchObject({
    maintenances: [{ destinations: '1', under_way: true }],
  });
  // People are told its name.
  await page.getByRole('rowheader', { name: 'web-1 (#1)' }).waitFor();
});

test('a rule is watched no more by a click, and a channel gets a test', async () => {
  const { url, api } = await alerting();
  const hook = await receiver();
  await api('POST', '/alert-channels', { name: 'ops', kind: 'webhook', settings: { url: hook.url } });
  const page = await open(`${url}alerts`);
  await page.getByRole('checkbox', { name: 'Watch by lossy' }).click();
  await page.getByRole('status').filter({ hasText: 'lossy: not watched.' }).waitFor();
  expect(await api('GET', '/alert-rules')).toMatchObject({ rules: [{}, { name: 'lossy', enabled: false }] });
  await page.getByRole('button', { name: 'Send a test to ops' }).click();
  await page.getByRole('status').filter({ hasText: 'ops has been told.' }).waitFor();
  expect(hook.received.map(({ body }) => JSON.parse(body).events[0].kind)).toEqual(['test']);
});

test.each([
  [390, 'light'],
  [390, 'dark'],
  [1440, 'light'],
  [1440, 'dark'],
] as const)(
  'at %i pixels in the %s theme nothing is cut off, and everybody can use it',
  async (width, theme) => {
    const { url, api } = await alerting();
    await api('POST', '/alert-channels', {
      name: 'ops',
      kind: 'webhook',
      settings: { url: 'https://hooks.example.com/a/long/path' },
    });
    await api('POST', '/maintenances', {
      destinations: 'web-*',
      ends: Date.now() + 3_600_000,
      reason: 'new disk',
    });
    const page = await open(`${url}alerts`, { width, theme });
    await page.getByRole('heading', { name: '1 alert firing' }).waitFor();
    await page.getByText('1 alert is suppressed').click();
    expect(await overflows(page)).toBe(false);
    expect(await accessibilityIssues(page)).toEqual([]);
    await screenshot(page, `alerts-${width}-${theme}`);
  },
);
