import fc from 'fast-check';
import { scenarioOf } from '../../src/scenario/parse.ts';
import { RICH } from './rich.ts';

/** A list, or keys with values. */
type Holder = Record<string | number, unknown>;

/** Every list and every value with keys in a value. */
function holdersIn(value: unknown): Holder[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value as Holder, ...Object.values(value).flatMap(holdersIn)];
}

/** Words and numbers that mean something in a scenario, though mostly not where they come. */
const words = fc.constantFrom<unknown>(
  ...[
    '',
    ' ',
    '0',
    '-1',
    '5ms',
    '-5ms',
    '1e9s',
    '120%',
    '5%',
    '10mbit',
    '<= 5%',
    '19ms..21ms',
    'wan',
    'r',
    'net',
  ],
  ...[
    '198.51.100.7',
    '198.51.100.0/24',
    '::/0',
    '203.0.113.9',
    'web.example',
    'down',
    'none',
    'default',
    'tcp',
  ],
  ...[
    'constructor',
    '__proto__',
    'toString',
    '\n',
    'a\nb: c',
    '\u001b[31m',
    '\u202e',
    '\ud800',
    '<<',
    '*x',
    '- a',
  ],
  ...[null, true, false, 0, -0, -1, 1.5, 1e300, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, [], {}, [[]]],
);

const keys = fc.oneof(
  fc.constantFrom(...new Set(holdersIn(RICH).flatMap((each) => Object.keys(each))), '__proto__', 'toString'),
  fc.string({ maxLength: 8 }),
);

/** Anything that YAML can say. */
export const anyValue = fc.oneof(
  { weight: 4, arbitrary: words },
  { weight: 1, arbitrary: fc.dictionary(keys, words, { maxKeys: 4 }) },
  { weight: 1, arbitrary: fc.array(words, { maxLength: 4 }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
);

const edit = fc.record({
  kind: fc.constantFrom('replace', 'remove', 'insert', 'rename'),
  holder: fc.nat(),
  entry: fc.nat(),
  key: keys,
  value: anyValue,
});

/** The rich scenario with a few things in it replaced by any others, left out, added, or called something else. */
export const spoiled = fc.array(edit, { minLength: 1, maxLength: 4 }).map((edits) => {
  const scenario: unknown = structuredClone(RICH);
  for (const { kind, holder, entry, key, value: given } of edits) {
    const value = structuredClone(given);
    const holders = holdersIn(scenario);
    const place = holders[holder % holders.length] as Holder;
    const entries = Object.keys(place);
    const at = entries[entry % Math.max(1, entries.length)] ?? key;
    const old = place[at];
    if (Array.isArray(place)) {
      if (kind === 'remove') place.splice(Number(at), 1);
      else place[kind === 'insert' ? place.length : Number(at)] = value;
      continue;
    }
    if (kind === 'remove' || kind === 'rename') delete place[at];
    const name = kind === 'insert' || kind === 'rename' ? key : at;
    // An assignment to __proto__ would be to no key.
    if (kind !== 'remove')
      Object.defineProperty(place, name, {
        value: kind === 'rename' ? old : value,
        enumerable: true,
        configurable: true,
        writable: true,
      });
  }
  return scenario;
});

/** Whether a scenario is. */
export function isRight(given: unknown): boolean {
  try {
    scenarioOf(given);
    return true;
  } catch {
    return false;
  }
}
