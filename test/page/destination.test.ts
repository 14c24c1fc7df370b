import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SeriesBody } from '../../src/http/schemas/statistics.ts';
import { withMs } from '../../src/page/figures.ts';
import { PRESETS } from '../../src/page/parts/span.ts';
import { accessibilityIssues, hasBrowser, overflows, screenshot, withBrowser } from '../support/browser.ts';
import { makeHistory } from '../support/made-history.ts';
import { type Crowd, crowd } from '../support/served.ts';
import { coloursAt, drawn, eventually, placeOf, variable } from './canvas.ts';

const HOUR = 3600;
const END = Math.floor(Date.now() / 1000);

/** Before the end, s. */
const OUTAGE = [5 * HOUR, 4 * HOUR] as const;
const RECENT_OUTAGE = [500, 490] as const;
const GAP = { from: 9 * HOUR, to: 7 * HOUR, reason: 'suspended' } as const;

/** What is shown where the spans have to be the same whenever the test runs. */
const DAY = { since: (END - 24 * HOUR) * 1000, until: END * 1000 };
const DAY_QUERY = `since=${DAY.since}&until=${DAY.until}`;

const before = (seconds: number): number => (END - seconds) * 1000;

describe.skipIf(!hasBrowser())('the view of a destination', () => {
  const open = withBrowser();
  let server: Crowd;

  beforeAll(async () => {
    server = await crowd(3, {
      fill: (database) =>
        makeHistory(database, {
          destination: 1,
          source: 'amsterdam',
          end: END,
          outages: [OUTAGE, RECENT_OUTAGE],
          gaps: [GAP],
          reach: { minutes: 26 * HOUR, hours: 95 * 24 * HOUR, days: 370 * 24 * HOUR },
        }),
    });
    server.round();
  }, 60_000);
  afterAll(() => server.stop());

  const shown = async (query: string, options: Parameters<typeof open>[1] = {}): Promise<Page> => {
    const page = await open(`${server.url}destinations/1${query}`, {
      ...options,
    });
    await drawn(page);
    return page;
  };

  /** The next series that is asked for. */
  const asked = (page: Page): Promise<URLSearchParams> =>
    page
      .waitForRequest((request) => request.url().includes('/series?'))
      .then((request) => new URL(request.url()).searchParams);

  test('asks for as much time as a button says, and no more steps than there is room for', async () => {
    const page = await shown('');
    for (const { label, last, name } of PRESETS.filter(({ name }) => name !== '24h')) {
      const request = asked(page);
      await page.getByRole('button', { name: label, exact: true }).click();
      const query = await request;
      expect(Number(query.get('until')) - Number(query.get('since'))).toBeCloseTo(last, -2);
      expect(Math.abs(Number(query.get('until')) - Date.now())).toBeLessThan(10_000);
      expect(Number(query.get('points'))).toBe(1000);
      expect(new URL(page.url()).searchParams.get('last')).toBe(name);
      await drawn(page);
    }
    const request = asked(page);
    await page.goBack();
    const query = await request;
    expect(Number(query.get('until')) - Number(query.get('since'))).toBeCloseTo(90 * 86_400_000, -2);
  });

  test('zooms to what is dragged over, and its address keeps it', async () => {
    const page = await shown(`?${DAY_QUERY}`);
    const from = await placeOf(page, 'smoke', before(14 * HOUR), DAY);
    const to = await placeOf(page, 'smoke', before(11 * HOUR), DAY);
    const request = asked(page);
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(to.x, to.y, { steps: 5 });
    await page.mouse.up();
    const query = await request;
    // A pixel is about a minute.
    expect(Math.abs(Number(query.get('since')) - before(14 * HOUR))).toBeLessThan(180_000);
    expect(Math.abs(Number(query.get('until')) - before(11 * HOUR))).toBeLessThan(180_000);
    const address = new URL(page.url()).searchParams;
    expect(Date.parse(address.get('since') as string)).toBe(Number(query.get('since')));
    const again = asked(page);
    await page.reload();
    expect((await again).get('since')).toBe(query.get('since'));
  });

  test('a custom span is shown, and one that ends before it begins is told', async () => {
    const page = await shown(`?${DAY_QUERY}`);
    await page.locator('.custom-span summary').click();
    await page.getByLabel('From', { exact: true }).fill('2026-01-02T00:00:00');
    await page.getByLabel('To', { exact: true }).fill('2026-01-01T00:00:00');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.getByText('From has to be before To.').waitFor();
    await page.getByLabel('To', { exact: true }).fill('2026-01-03T00:00:00');
    const request = asked(page);
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    const query = await request;
    expect(Number(query.get('until')) - Number(query.get('since'))).toBe(86_400_000);
  });

  test('an address that says nonsense shows the default and says so', async () => {
    const page = await shown('?last=soon');
    await page.getByText('last=soon: expected a length').waitFor();
  });

  test('zooms by wheel and keys', async () => {
    const page = await shown('?last=24h');
    const over = page.locator('.time-chart .u-over').first();
    await page.getByRole('slider').focus();
    await page.keyboard.press('+');
    await eventually(() => new URL(page.url()).search).toBe('?last=12h');
    await drawn(page);
    await page.keyboard.press('Shift+ArrowLeft');
    await eventually(() => new URL(page.url()).searchParams.get('until')).not.toBeNull();
    const length = () => {
      const query = new URL(page.url()).searchParams;
      return Date.parse(query.get('until') ?? '') - Date.parse(query.get('since') ?? '');
    };
    const long = length();
    expect(long).toBeCloseTo(12 * 3_600_000, -4);
    await over.hover();
    await page.mouse.wheel(0, -200);
    await eventually(length).toBeLessThan(long * 0.8);
    await page.getByRole('button', { name: 'Now', exact: true }).click();
    await eventually(() => new URL(page.url()).searchParams.has('last')).toBe(true);
  });

  test('draws loss in its colour, a gap of the monitor hatched, and nothing where there is nothing', async () => {
    const page = await shown(`?${DAY_QUERY}`);
    const [none, all, gap] = await Promise.all(
      ['--loss-0', '--loss-7', '--gap'].map((name) => variable(page, name)),
    );
    const at = (chart: 'smoke' | 'loss', seconds: number) => coloursAt(page, chart, before(seconds), DAY);
    expect((await at('smoke', 12 * HOUR)).has(none as string)).toBe(true);
    expect((await at('loss', 4.5 * HOUR)).get(all as string)).toBeGreaterThan(40);
    expect((await at('smoke', 4.5 * HOUR)).has(none as string)).toBe(false);
    const inGap = await at('smoke', 8 * HOUR);
    expect(inGap.has(none as string)).toBe(false);
    // The hatching is seen through, so that it is nearly the gap's colour.
    const distance = (colour: string) => {
      const [a, b] = [colour, gap as string].map((text) => text.split(',').map(Number));
      return Math.max(...(a as number[]).map((part, n) => Math.abs(part - ((b as number[])[n] as number))));
    };
    expect([...inGap.keys()].some((colour) => distance(colour) < 90)).toBe(true);
    const table = page.getByText('The steps as a table');
    await table.click();
    await page.getByText(/suspended \(the monitor’s host slept\)/).waitFor();
  });

  test('colours change with the theme', async () => {
    const page = await shown(`?${DAY_QUERY}`);
    const moment = before(12 * HOUR);
    const light = await variable(page, '--loss-0');
    expect((await coloursAt(page, 'smoke', moment, DAY)).has(light)).toBe(true);
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await variable(page, '--loss-0');
    expect(dark).not.toBe(light);
    await eventually(async () => (await coloursAt(page, 'smoke', moment, DAY)).has(dark)).toBe(true);
  });

  test('the readout says the figures that the API gives, for pointer and keyboard', async () => {
    const page = await shown(`?${DAY_QUERY}`);
    const answer = await fetch(
      `${server.url}api/v1/destinations/1/series?since=${DAY.since}&until=${DAY.until}&points=1000`,
    );
    const series = (await answer.json()) as SeriesBody;
    const moment = before(12 * HOUR);
    const { x, y } = await placeOf(page, 'smoke', moment, DAY);
    await page.mouse.move(x, y);
    const step = () => page.locator('.readout').getAttribute('data-step').then(Number);
    await eventually(step).toBeGreaterThan(moment - 2 * series.step);
    const figures = async () => {
      const index = series.start.indexOf(await step());
      expect(index).toBeGreaterThanOrEqual(0);
      for (const name of ['min', 'p5', 'p25', 'p50', 'p95', 'p99', 'max', 'avg'] as const)
        expect(await page.locator(`.readout [data-figure=${name}]`).textContent()).toBe(
          withMs(series[name][index] ?? null),
        );
      return index;
    };
    await figures();
    // A resting pointer takes the cursor along when the page scrolls beneath it.
    await page.mouse.move(0, 0);
    await page.getByText('Last step').waitFor();
    await page.getByRole('slider').focus();
    await page.keyboard.press('End');
    const last = series.start.length - 1;
    await eventually(figures).toBe(last);
    await page.keyboard.press('ArrowLeft');
    await eventually(figures).toBe(last - 1);
    await page.keyboard.press('Home');
    await eventually(figures).toBe(0);
    expect(await page.getByRole('slider').getAttribute('aria-valuetext')).toMatch(/median .* ms, .* sent/);
    await page.keyboard.press('Escape');
    await page.getByText('Last step').waitFor();
  });

  test('statistics of the span, results by outcome and by pages', async () => {
    const page = await shown('?last=1h');
    const answer = await fetch(`${server.url}api/v1/statistics?since=1h&destination=1`);
    const { statistics } = (await answer.json()) as { statistics: { p95: number }[] };
    await eventually(() => page.locator('.figure-group [data-figure=p95]').textContent()).toBe(
      withMs(statistics[0]?.p95 ?? null),
    );
    const rows = page.locator('.results tbody tr');
    await eventually(() => rows.count()).toBe(50);
    const newest = await rows.first().textContent();
    expect(newest).toMatch(/\d\d:\d\d:\d\d\.\d{6}/);
    await page.getByRole('button', { name: 'Older' }).click();
    await eventually(() => rows.first().textContent()).not.toBe(newest);
    await page.getByRole('button', { name: 'Newer' }).click();
    await eventually(() => rows.first().textContent()).toBe(newest);
    await page.locator('.section-controls select').selectOption('timeout');
    await eventually(
      async () => new Set(await page.locator('.results tbody td:nth-child(2)').allTextContents()),
    ).toEqual(new Set([' timeout']));
  });

  test.each([
    ['light', 1440],
    ['dark', 1440],
    ['light', 390],
    ['dark', 390],
  ] as const)('%s at %i px: axe finds nothing, nothing is too wide', async (theme, width) => {
    const page = await shown('', { theme, width });
    await screenshot(page, `destination-${theme}-${width}`);
    await page.getByText('Keys and gestures of the charts').click();
    expect(await accessibilityIssues(page)).toEqual([]);
    expect(await overflows(page)).toBe(false);
  });

  test('the steps as a table', async () => {
    const page = await shown(`?since=${before(60)}&until=${END * 1000}`);
    await page.getByText('The steps as a table').click();
    await eventually(() => page.locator('.step-table tbody tr').count()).toBeGreaterThan(50);
    expect(await accessibilityIssues(page)).toEqual([]);
  });
});
