const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'm'],
  [1000, 's'],
] as const;

/** A time in ms as files and flags take it: `200ms`, `90s`, `1h`. */
export function spanText(ms: number): string {
  const [length, unit] = UNITS.find(([length]) => ms >= length && ms % length === 0) ?? [1, 'ms'];
  return `${ms / length}${unit}`;
}
