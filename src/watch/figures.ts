/** A round-trip time in ms in at most seven columns: as exact as it is of use. */
export function timeText(ms: number | null): string {
  if (ms === null) return '-';
  if (ms < 1) return ms.toFixed(3);
  if (ms < 100) return ms.toFixed(2);
  if (ms < 1000) return ms.toFixed(1);
  return ms.toFixed(0);
}

const UNITS = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'm'],
] as const;

/** How long ago something was, ms, in one unit: `now`, `12s`, `5m`, `3h`. */
export function ageText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 2) return 'now';
  const [length, unit] = UNITS.find(([length]) => seconds >= length) ?? [1, 's'];
  return `${Math.floor(seconds / length)}${unit}`;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** `21:40:03`, by this host's clock and zone. */
export function clockText(time: number): string {
  const date = new Date(time);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** `11-23`, the month and the day. */
export function dayText(time: number): string {
  const date = new Date(time);
  return `${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
