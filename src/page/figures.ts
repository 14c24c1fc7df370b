/** Figures as the page shows them. */

/** Where there is none. */
export const NONE = '–';

/** A round-trip time, ms, with so many digits, of which three are behind the point at most: four tell two steps apart, three are calmer. */
export function rttText(ms: number | null, digits = 4): string {
  if (ms === null) return NONE;
  const before = ms < 10 ? 1 : ms < 100 ? 2 : ms < 1000 ? 3 : 4;
  return ms.toFixed(Math.max(0, digits - before));
}

export const withMs = (ms: number | null): string => (ms === null ? NONE : `${rttText(ms)} ms`);

/** A share, 0 to 1: as many digits as tell it from none and from all. */
export function shareText(share: number | null): string {
  if (share === null) return NONE;
  if (share > 0 && share < 0.000_005) return '<0.001%';
  if (share > 0.999_99 && share < 1) return '>99.999%';
  const digits = share < 0.001 || share > 0.999 ? 3 : share < 0.1 ? 2 : 1;
  return `${Number((share * 100).toFixed(digits))}%`;
}

const whole = new Intl.NumberFormat('en');

/** With separators of thousands. */
export const countText = (count: number | null): string => (count === null ? NONE : whole.format(count));

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${countText(count)} ${count === 1 ? one : many}`;
