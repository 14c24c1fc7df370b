import { describe, expect, test } from 'vitest';
import { FIGURES, type Figure, formatFigure, holds, parseCondition } from '../../src/scenario/expectation.ts';

const { POSITIVE_INFINITY, NEGATIVE_INFINITY } = Number;

describe('parseCondition', () => {
  test.each([
    ['sent', 600, 600, 600, true],
    ['sent', '>= 100', 100, POSITIVE_INFINITY, true],
    ['sent', '>100', 100, POSITIVE_INFINITY, false],
    ['lost', '10..20', 10, 20, true],
    ['lost', ' 0 .. 0 ', 0, 0, true],
    ['loss', '<= 1%', NEGATIVE_INFINITY, 0.01, true],
    ['loss', '< 1%', NEGATIVE_INFINITY, 0.01, false],
    ['loss', '2%..4%', 0.02, 0.04, true],
    ['p95', '19ms..21ms', 19, 21, true],
    ['p95', '< 1.5s', NEGATIVE_INFINITY, 1500, false],
    ['min', '20us', 0.02, 0.02, true],
    ['min', 20, 20, 20, true],
  ] as const)('%s: %j', (figure, given, from, to, inclusive) => {
    expect(parseCondition(FIGURES[figure], given)).toMatchObject({
      text: String(given).trim(),
      from,
      to,
      inclusive,
    });
  });

  const COUNT = 'expected a count, such as 0, "<= 3", ">= 100" or 10..20';
  const SHARE = 'expected a share, such as 0%, "<= 1%", ">= 99%" or 2%..4%';
  const TIME = 'expected a time, such as 20ms, "< 25ms", ">= 1s" or 19ms..21ms';
  test.each([
    ['sent', '1.5', COUNT],
    ['sent', '-1', COUNT],
    ['sent', '5%', COUNT],
    ['sent', '', COUNT],
    ['sent', '=> 5', COUNT],
    ['sent', '== 5', COUNT],
    ['sent', '5..', COUNT],
    ['sent', '..5', COUNT],
    ['sent', '20..10', COUNT],
    ['sent', '<= 5..6', COUNT],
    ['sent', '99999999999999999999', COUNT],
    ['loss', 0, SHARE],
    ['loss', '<= 120%', SHARE],
    ['loss', '3..5%', SHARE],
    ['p95', 'fast', TIME],
    ['p95', '>= ', TIME],
    ['p95', '20ms..10ms', TIME],
  ] as const)('%s: %j is refused', (figure, given, message) => {
    expect(() => parseCondition(FIGURES[figure], given)).toThrow(new RangeError(message));
  });
});

describe('holds', () => {
  test.each([
    ['sent', '10', 10, true],
    ['sent', '10', 11, false],
    ['sent', '>= 10', 10, true],
    ['sent', '> 10', 10, false],
    ['sent', '10..20', 20, true],
    ['sent', '10..20', 21, false],
    ['loss', '<= 1%', 0.01, true],
    ['loss', '< 1%', 0.01, false],
    ['loss', '0.1%', 1 / 1000, true],
    ['loss', '< 0.7%', 7 / 1000, false],
    ['p50', '19ms..21ms', 21, true],
    ['p50', '19ms..21ms', 21.000001, false],
    ['p50', '< 25ms', 24.999999, true],
  ] as const)('%s: %j of %d: %j', (figure, given, value, right) => {
    expect(holds(parseCondition(FIGURES[figure], given), value)).toBe(right);
  });

  test('no figure at all is never right', () => {
    expect(holds(parseCondition(FIGURES.p50, '>= 0ms'), null)).toBe(false);
    expect(holds(parseCondition(FIGURES.loss, '<= 100%'), null)).toBe(false);
  });

  test('times are equal to the nanosecond, whatever a double of ms makes of them', () => {
    const value = 86_400_020.1 - 86_400_000;
    expect(value).not.toBe(20.1);
    expect(holds(parseCondition(FIGURES.avg, '20.1ms'), value)).toBe(true);
    expect(holds(parseCondition(FIGURES.avg, '< 20.1ms'), value)).toBe(false);
    expect(holds(parseCondition(FIGURES.avg, '> 20.1ms'), value)).toBe(false);
    expect(holds(parseCondition(FIGURES.avg, '20.100001ms'), value)).toBe(false);
  });

  test('one packet of a hundred million is more than none', () => {
    expect(holds(parseCondition(FIGURES.loss, '0%'), 1e-8)).toBe(false);
    expect(holds(parseCondition(FIGURES.loss, '100%'), 1 - 1e-8)).toBe(false);
    expect(holds(parseCondition(FIGURES.loss, '> 0%'), 1e-8)).toBe(true);
  });
});

test.each([
  ['sent', 600, '600'],
  ['loss', 0, '0%'],
  ['loss', 1, '100%'],
  ['loss', 0.025, '2.5%'],
  ['loss', 1 / 3, '33.333%'],
  ['loss', 1e-7, '0.00001%'],
  ['loss', 1 - 1e-7, '99.99999%'],
  ['avg', 20, '20ms'],
  ['avg', 20.1234567, '20.123ms'],
  ['max', 1500, '1.5s'],
  ['p50', null, 'none'],
  ['loss', null, 'none'],
] as const)('%s of %d is written %s', (figure, value, text) =>
  expect(formatFigure(figure, value)).toBe(text),
);

test('every figure can be expected, and what is written of one is right of it', () => {
  const value = { count: 12, share: 0.125, time: 12.5 };
  for (const figure of Object.keys(FIGURES) as Figure[]) {
    const measured = value[FIGURES[figure]];
    expect(holds(parseCondition(FIGURES[figure], formatFigure(figure, measured)), measured)).toBe(true);
  }
});
