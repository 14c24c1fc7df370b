import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clipped, fitted, graphemes, safe, widthOf } from '../../src/watch/text.ts';

test.each([
  ['plain', 'plain'],
  ['\x1b[31mred\x07\n', '\\x1b[31mred\\x07\\x0a'],
  ['\u202eabc\u2066', '\\u202eabc\\u2066'],
  ['a\u200bb\u00adc\ufeffd', 'abcd'],
  ['👨‍👩‍👧', '👨👩👧'],
  ['❤️', '❤'],
  ['\ud800x', '\ufffdx'],
  ['Zürich 東京', 'Zürich 東京'],
])('%j is shown as %j', (text, expected) => expect(safe(text)).toBe(expected));

test.each([
  ['abc', 3],
  ['東京', 4],
  ['🚀', 2],
  ['e\u0301', 1],
  ['▁▂█╳', 4],
  ['⠿', 1],
])('%j takes %i columns', (text, width) => expect(widthOf(text)).toBe(width));

test('marks do not pile up on a character', () => {
  const [first] = graphemes(`a${'\u0301'.repeat(50)}`);
  expect(first?.text).toHaveLength(3);
});

test.each([
  ['abcdef', 4, 'abc…'],
  ['abcd', 4, 'abcd'],
  ['東京都', 4, '東…'],
  ['東京都', 5, '東京…'],
  ['ab', 0, ''],
  ['abc', 1, '…'],
])('%j in %i columns is %j', (text, columns, expected) => expect(clipped(text, columns)).toBe(expected));

test('whatever is in a table takes the columns that it is given', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(30), fc.boolean(), (text, columns, right) => {
      const shown = fitted(safe(text), columns, { right });
      expect(widthOf(shown)).toBe(columns);
      expect(shown).not.toMatch(/\p{Cc}|\p{Cs}|\p{Bidi_Control}/u);
    }),
    { numRuns: 500 },
  );
});
