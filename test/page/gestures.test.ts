import type { CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SeriesBody } from '../../src/http/schemas/statistics.ts';
import { rttRange } from '../../src/page/parts/rtt-range.ts';
import { parseMoment } from '../../src/page/parts/span.ts';
import { lossAt } from '../../src/page/parts/steps.ts';
import { hasBrowser, withBrowser } from '../support/browser.ts';
import { makeHistory } from '../support/made-history.ts';
import { type Crowd, crowd } from '../support/served.ts';
import { columnAt, drawn, eventually, variable } from './canvas.ts';

const HOUR = 3_600_000;
const END = Math.floor(Date.now() / 60_000) * 60_000 - HOUR;
const SHOWN = { since: END - 12 * HOUR, until: END };

interface Point {
  x: number;
  y: number;
}

describe.skipIf(!hasBrowser())('charts under fingers', () => {
  const open = withBrowser();
  let server: Crowd;

  beforeAll(async () => {
    server = await crowd(1, {
      fill: (database) =>
        makeHistory(database, {
          destination: 1,
          source: 'here',
          end: END / 1000,
          reach: { minutes: 26 * 3600, hours: 26 * 3600, days: 26 * 3600 },
        }),
    });
  }, 60_000);
  afterAll(() => server.stop());

  /** A phone that shows twelve hours. */
  const phone = async (more = ''): Promise<{ page: Page; chrome: CDPSession }> => {
    const page = await open(`${server.url}destinations/1?since=${SHOWN.since}&until=${SHOWN.until}${more}`, {
      width: 390,
      height: 844,
    });
    await drawn(page);
    await page.locator('.time-chart').first().scrollIntoViewIfNeeded();
    return { page, chrome: await page.context().newCDPSession(page) };
  };
  /** Fingers go from places to others, in steps as a touch screen tells them. */
  const move = async (chrome: CDPSession, ...fingers: { from: Point; to: Point }[]): Promise<void> => {
    const at = (share: number) =>
      fingers.map(({ from, to }, id) => ({
        id,
        x: from.x + (to.x - from.x) * share,
        y: from.y + (to.y - from.y) * share,
      }));
    await chrome.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(0) });
    for (let step = 1; step <= 10; step++)
      await chrome.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: at(step / 10) });
    await chrome.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  };
  const box = async (page: Page) => {
    const found = await page.locator('.time-chart .u-over').first().boundingBox();
    if (!found) throw new Error('there is no chart');
    return { ...found, middle: found.y + found.height / 2 };
  };
  const spanOf = (page: Page) => {
    const query = new URL(page.url()).searchParams;
    const [since = Number.NaN, until = Number.NaN] = ['since', 'until'].map((name) =>
      parseMoment(query.get(name) ?? ''),
    );
    return { since, until };
  };
  /** px are so many ms. */
  const perPixel = (width: number) => (SHOWN.until - SHOWN.since) / width;

  test('one finger moves what is shown by as much as it goes', async () => {
    const { page, chrome } = await phone();
    const { x, middle, width } = await box(page);
    await move(chrome, { from: { x: x + 60, y: middle }, to: { x: x + 160, y: middle } });
    await eventually(() => spanOf(page).since).toBeLessThan(SHOWN.since);
    const { since, until } = spanOf(page);
    // What tells a swipe from a tap is some pixels.
    expect(Math.abs(SHOWN.since - since - 100 * perPixel(width))).toBeLessThan(10 * perPixel(width));
    expect(until - since).toBeCloseTo(12 * HOUR, -4);
  });

  test('two fingers that part zoom in around the middle between them, and two that meet zoom out', async () => {
    const { page, chrome } = await phone();
    const { x, middle, width } = await box(page);
    const at = (share: number) => ({ x: x + width * share, y: middle });
    await move(chrome, { from: at(0.4), to: at(0.2) }, { from: at(0.6), to: at(0.8) });
    await eventually(() => spanOf(page).since).toBeGreaterThan(SHOWN.since);
    const near = spanOf(page);
    expect((near.until - near.since) / HOUR).toBeCloseTo(4, 0);
    expect(Math.abs((near.since + near.until) / 2 - (SHOWN.since + SHOWN.until) / 2)).toBeLessThan(HOUR / 2);
    await drawn(page);
    await move(chrome, { from: at(0.2), to: at(0.4) }, { from: at(0.8), to: at(0.6) });
    await eventually(() => spanOf(page).until - spanOf(page).since).toBeGreaterThan(10 * HOUR);
    expect((spanOf(page).until - spanOf(page).since) / HOUR).toBeCloseTo(12, 0);
  });

  test('a finger that goes up scrolls the page, and the chart stays as it is', async () => {
    const { page, chrome } = await phone();
    const { x, middle } = await box(page);
    const before = await page.evaluate(() => scrollY);
    await move(chrome, { from: { x: x + 100, y: middle }, to: { x: x + 104, y: middle - 200 } });
    await eventually(() => page.evaluate(() => scrollY)).toBeGreaterThan(before + 100);
    expect(spanOf(page)).toEqual(SHOWN);
  });

  test('a tap chooses the step beneath it', async () => {
    const { page } = await phone();
    const { x, middle, width } = await box(page);
    await page.touchscreen.tap(x + width / 4, middle);
    const chosen = () => page.locator('.readout').getAttribute('data-step').then(Number);
    await eventually(chosen).toBeLessThan(SHOWN.since + 4 * HOUR);
    expect(await chosen()).toBeGreaterThan(SHOWN.since + 2 * HOUR);
    expect(spanOf(page)).toEqual(SHOWN);
  });

  test('on a logarithmic scale the median stands where its logarithm is', async () => {
    const answer = await fetch(
      `${server.url}api/v1/destinations/1/series?since=${SHOWN.since}&until=${SHOWN.until}&points=300`,
    );
    const series = (await answer.json()) as SeriesBody;
    const { start, p50, step } = series;
    expect(start.length).toBeGreaterThan(50);
    // Where probes were lost, which depends on the time of the day, the median has another colour.
    const clear = start.findIndex(
      (_, n) => n > start.length / 2 && [n - 1, n, n + 1].every((near) => lossAt(series, near) === 0),
    );
    expect(clear).toBeGreaterThan(0);
    const moment = (start[clear] as number) + step / 2;
    const median = p50[clear] as number;
    for (const [scale, of] of [
      ['log', Math.log],
      ['zero', (ms: number) => ms],
    ] as const) {
      const { page } = await phone(`&scale=${scale}`);
      expect(await page.getByLabel('Scale').inputValue()).toBe(scale);
      const { low, high } = rttRange([series], { scale, reach: 'p99' });
      const colour = await variable(page, '--loss-0');
      const column = await columnAt(page, 'smoke', moment, SHOWN);
      const rows = [...column.keys()].filter((row) => column[row] === colour);
      expect(rows.length).toBeGreaterThan(0);
      // The median of a step before or after may be in the same pixels.
      const expected = (column.length * (of(high) - of(median))) / (of(high) - of(low));
      expect(rows.some((row) => Math.abs(row - expected) <= 3)).toBe(true);
    }
  });
});
