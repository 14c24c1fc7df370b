import { afterEach, describe, expect, test } from 'vitest';
import { hasBrowser, withBrowser } from '../support/browser.ts';
import { type Crowd, crowd } from '../support/served.ts';
import { fillDays } from './filled-days.ts';

/** A browser draws so many frames in a second. */
const FRAMES_A_SECOND = 60;

describe.skipIf(!hasBrowser())('thousands of destinations', () => {
  const open = withBrowser();
  let some: Crowd;
  let rounds: NodeJS.Timeout | undefined;

  afterEach(async () => {
    clearInterval(rounds);
    await some.stop();
  });

  test('10,000, of which each has news all the time, scroll from end to end without stutter', async () => {
    some = await crowd(10_000);
    for (let round = 0; round < 60; round++) some.round();
    rounds = setInterval(() => some.round(), 1000);
    const page = await open(some.url);
    await page.locator('.lines .row').first().waitFor();
    // The script's own share of each frame, whatever else the machine does meanwhile.
    const { intervals, work, seen } = await page.evaluate(async () => {
      const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
      const intervals: number[] = [];
      const work: number[] = [];
      const seen = new Set<string>();
      const height = document.documentElement.scrollHeight - innerHeight;
      const frames = 600;
      let last = await frame();
      for (let n = 1; n <= frames; n++) {
        scrollTo(0, (height * n) / frames);
        const now = await frame();
        intervals.push(now - last);
        last = now;
        // After what scrolling has set off, and its layout.
        const start = performance.now();
        document.body.getBoundingClientRect();
        work.push(performance.now() - start);
        for (const row of document.querySelectorAll('.lines .row a')) seen.add(row.textContent ?? '');
      }
      return { intervals, work, seen: seen.size };
    });
    const sorted = intervals.toSorted((one, other) => one - other);
    const at = (share: number) => sorted[Math.floor(sorted.length * share)] as number;
    const rate = 1000 / (intervals.reduce((sum, each) => sum + each, 0) / intervals.length);
    console.log(
      `scrolling through 10,000 rows with updates: ${rate.toFixed(1)} frames/s; from one frame to the next p50 ${at(0.5).toFixed(1)}, p95 ${at(0.95).toFixed(1)}, longest ${at(0.9999).toFixed(1)} ms; layout p95 ${(work.toSorted((a, b) => a - b)[570] as number).toFixed(1)} ms; ${seen} rows seen`,
    );
    expect(seen).toBeGreaterThan(9_000);
    // Half of them on time is what a busy machine of two cores allows for; an idle one shows all 60.
    expect(rate).toBeGreaterThan(FRAMES_A_SECOND / 2);
  }, 60_000);

  test('1,000 with 30 days of history are there within a second', async () => {
    some = await crowd(1000, { fill: fillDays });
    for (let round = 0; round < 60; round++) some.round();
    const shown: number[] = [];
    for (let visit = 0; visit < 3; visit++) {
      const page = await open('about:blank');
      await page.goto(some.url, { waitUntil: 'commit' });
      shown.push(
        await page.evaluate(async () => {
          while (!document.querySelector('.lines .row')) await new Promise(requestAnimationFrame);
          // The frame that they are in has been painted when the next one begins.
          await new Promise(requestAnimationFrame);
          await new Promise(requestAnimationFrame);
          return performance.now();
        }),
      );
      // The figures of a day come later, and move nothing.
      await expect.poll(() => page.locator('.lines .p95').first().textContent()).toMatch(/ms$/);
    }
    console.log(
      `first view of 1,000 destinations, from navigation to rows: ${shown.map(Math.round).join(', ')} ms`,
    );
    expect(Math.min(...shown)).toBeLessThan(1000);
  }, 120_000);
});
