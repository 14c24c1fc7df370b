const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** ms since the Unix epoch; what no date can say is shown as it is. */
export const momentText = (at: number): string => (Math.abs(at) <= 8.64e15 ? moment.format(at) : String(at));

const UNITS = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'm'],
  [1, 's'],
] as const;

/** How long something lasted, ms, as people say it: `1d 4h`, `12m 5s`. */
export function lastedText(ms: number): string {
  let seconds = Math.max(0, Math.floor(ms / 1000));
  const parts: string[] = [];
  for (const [length, unit] of UNITS) {
    const count = Math.floor(seconds / length);
    seconds -= count * length;
    if (count > 0) parts.push(`${count}${unit}`);
  }
  return parts.slice(0, 2).join(' ') || '0s';
}
