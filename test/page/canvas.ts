import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Which of the charts of a destination. */
export const CHARTS = { smoke: 0, loss: 1, outcomes: 2 } as const;

export type ChartName = keyof typeof CHARTS;

/** What a chart shows, ms since the Unix epoch. */
export interface Shown {
  since: number;
  until: number;
}

/** Where a moment is in a chart, px of the page: the middle of its height. */
export async function placeOf(
  page: Page,
  chart: ChartName,
  moment: number,
  { since, until }: Shown,
): Promise<{ x: number; y: number }> {
  const box = await page.locator('.time-chart .u-over').nth(CHARTS[chart]).boundingBox();
  if (!box) throw new Error(`there is no chart of ${chart}`);
  return { x: box.x + (box.width * (moment - since)) / (until - since), y: box.y + box.height / 2 };
}

/** How many pixels of which colour, `r,g,b`, a chart has at a moment, from its top to its bottom. */
export async function coloursAt(
  page: Page,
  chart: ChartName,
  moment: number,
  shown: Shown,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const colour of await columnAt(page, chart, moment, shown))
    if (colour !== null) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  return counts;
}

/** The colours of a chart's pixels at a moment, `r,g,b`, from its top to its bottom; null where nothing is drawn. */
export async function columnAt(
  page: Page,
  chart: ChartName,
  moment: number,
  shown: Shown,
): Promise<(string | null)[]> {
  const { x } = await placeOf(page, chart, moment, shown);
  return page.evaluate(
    ([index, at]) => {
      const element = document.querySelectorAll('.time-chart')[index] as HTMLElement;
      const canvas = element.querySelector('canvas') as HTMLCanvasElement;
      const over = element.querySelector('.u-over') as HTMLElement;
      const { left, top } = canvas.getBoundingClientRect();
      const box = over.getBoundingClientRect();
      const ratio = canvas.width / canvas.getBoundingClientRect().width;
      const height = Math.round(box.height * ratio);
      const copy = document.createElement('canvas');
      copy.width = 1;
      copy.height = height;
      const pen = copy.getContext('2d', { willReadFrequently: true }) as CanvasRenderingContext2D;
      pen.drawImage(canvas, -Math.round((at - left) * ratio), -Math.round((box.top - top) * ratio));
      const { data } = pen.getImageData(0, 0, 1, height);
      return Array.from({ length: height }, (_, row) => {
        const n = row * 4;
        return data[n + 3] === 0 ? null : [data[n], data[n + 1], data[n + 2]].join();
      });
    },
    [CHARTS[chart], x] as const,
  );
}

/** What a variable of the style sheet is now, `r,g,b`. */
export const variable = (page: Page, name: string): Promise<string> =>
  page.evaluate((of) => {
    const probe = document.createElement('i');
    probe.style.color = `var(${of})`;
    document.body.append(probe);
    const colour = getComputedStyle(probe).color;
    probe.remove();
    return (colour.match(/\d+/g) ?? []).join();
  }, name);

/** Resolves when the charts show what has been asked for. */
export const drawn = (page: Page): Promise<unknown> =>
  page.waitForSelector('.charts[aria-busy="false"] .readout[data-step]:not([data-step=""])');

/** Asks again until it is as it should be; a page on a busy machine takes its time. */
export const eventually = <Value>(of: () => Value | Promise<Value>) => expect.poll(of, { timeout: 10_000 });
