import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const css = readFileSync(join(import.meta.dirname, '../../src/page/parts/charts.css'), 'utf8');

type Rgb = [number, number, number];

/** Of both themes. */
function coloursOf(names: readonly string[]): Record<'light' | 'dark', Rgb[]> {
  const all = names.map((name) => {
    const [, light, dark] =
      new RegExp(`--${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`).exec(css) ?? [];
    if (!light || !dark) throw new Error(`charts.css has no --${name}`);
    return { light: linear(light), dark: linear(dark) };
  });
  return { light: all.map(({ light }) => light), dark: all.map(({ dark }) => dark) };
}

const linear = (hex: string): Rgb =>
  [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as Rgb;

/** What eyes see that lack one kind of cone: G. M. Machado et al., doi:10.1109/TVCG.2009.113, severity 1. */
const EYES: Readonly<Record<string, readonly Rgb[]>> = {
  ordinary: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

const seen = (eye: readonly Rgb[], [r, g, b]: Rgb): Rgb =>
  eye.map(([x, y, z]) => Math.min(1, Math.max(0, x * r + y * g + z * b))) as Rgb;

/** CIE 1976 L*a*b*, of D65. */
function lab([r, g, b]: Rgb): Rgb {
  const f = (t: number) => (t > 216 / 24_389 ? Math.cbrt(t) : ((24_389 / 27) * t + 16) / 116);
  const x = f((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
  const y = f(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
  const z = f((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

const difference = (a: Rgb, b: Rgb): number =>
  Math.hypot(...lab(a).map((each, n) => each - (lab(b)[n] as number)));

/** Relative luminance against white or black: WCAG 2.2. */
const contrast = ([r, g, b]: Rgb, ground: number): number => {
  const luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return (Math.max(luminance, ground) + 0.05) / (Math.min(luminance, ground) + 0.05);
};

/** What is clearly another colour, side by side. */
const DISTINCT = 8;

const loss = coloursOf(Array.from({ length: 8 }, (_, n) => `loss-${n}`));
const outcomes = coloursOf(
  ['timeout', 'unreachable', 'ttl_exceeded', 'undetermined', 'unsent', 'corrupt', 'refused', 'reply'].map(
    (name) => `outcome-${name}`,
  ),
);

describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
  describe.each(Object.entries(EYES))('to eyes of %s', (_, eye) => {
    const neighbours = (colours: Rgb[]) =>
      colours.slice(1).map((colour, n) => difference(seen(eye, colour), seen(eye, colours[n] as Rgb)));

    test('neighbours on the scale of loss differ', () => {
      expect(Math.min(...neighbours(loss[theme]))).toBeGreaterThan(DISTINCT);
    });

    test('outcomes that lie on each other differ', () => {
      expect(Math.min(...neighbours(outcomes[theme]))).toBeGreaterThan(DISTINCT);
    });
  });

  test('colours of loss stand out from the ground', () => {
    const ground = theme === 'light' ? 1 : 0.005;
    for (const colour of loss[theme]) expect(contrast(colour, ground)).toBeGreaterThan(3);
  });

  test('the more is lost, the further from the ground', () => {
    const lightness = loss[theme].slice(1).map((colour) => lab(colour)[0]);
    const sorted = [...lightness].sort((a, b) => (theme === 'light' ? b - a : a - b));
    expect(lightness).toEqual(sorted);
  });
});
