/** So many names are told at most. */
const MOST_NAMES = 30;

const firstOf = (names: readonly string[]): readonly string[] =>
  names.length > MOST_NAMES ? [...names.slice(0, MOST_NAMES), '…'] : names;

/** `one of a, b, c`; of many, the first ones. */
export const anyOf = (names: readonly string[]): string =>
  names.length === 1 ? (names[0] as string) : `one of ${firstOf(names).join(', ')}`;

/** `a or b or c`; of many, the first ones. */
export const alternatives = (names: readonly string[]): string => firstOf(names).join(' or ');

/** A name of what is there, where there is anything. */
export const expectedOf = (names: readonly string[]): string =>
  names.length === 0 ? 'there is none' : `expected ${anyOf(names)}`;

/** A value as a few words of one line. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return '(a list)';
  if (typeof value === 'object' && value !== null) return '(keys with values)';
  const text = oneLine(
    typeof value === 'string' && isAmbiguous(value) ? JSON.stringify(value) : String(value),
  );
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

const LONGEST = 60;

/** Whether text could be taken for something else: a number, a value such as true, or nothing. */
const isAmbiguous = (text: string): boolean =>
  !Number.isNaN(Number(text)) || /^(true|false|null|~|\s.*|.*\s)$/.test(text);

/** In one line, with what a terminal would obey instead of showing it as what it is: `\\u001b`. */
export const oneLine = (text: string): string =>
  text
    .replace(/\s*[\n\r]\s*/g, ' ')
    .replace(
      /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}]/gu,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
