/** `a, b or c`; of many, the first ones. */
export function alternatives(names: readonly string[]): string {
  const shown = names.length > MOST_NAMES + 1 ? [...names.slice(0, MOST_NAMES), 'others'] : names;
  return shown.join(', ').replace(/, ([^,]*)$/, ' or $1');
}

const MOST_NAMES = 20;

/** As `alternatives`, of things that there may be none of. */
export const expectedOf = (names: readonly string[], what: string): string =>
  names.length === 0 ? `there is no ${what}` : `expected ${alternatives(names)}`;

/** A value as a few words of one line. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return '(a list)';
  if (typeof value === 'object' && value !== null) return '(keys with values)';
  // In quotes, where it could be taken for something else than text.
  const quoted = typeof value === 'string' && (/^[\d.+-]*$/.test(value) || value.trim() !== value);
  const text = quoted ? JSON.stringify(value) : oneLine(String(value));
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

const LONGEST = 60;

/** What would end a line, or what a terminal would obey instead of showing it. */
export const oneLine = (text: string): string =>
  text.replace(/[\s\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, ' ');
