import { describe, expect, test } from 'vitest';
import { type GilbertElliott, GilbertElliottProcess, lossOf } from '../../src/network/chance.ts';
import { FAR, geometricDeviation, lagCorrelation, meanOf, runsOf, shareDeviation } from './statistics.ts';
import { MANY, measure, pipeOf, randomOf } from './support.ts';

const COUNT = 5 * MANY;

const lossesOf = (loss: GilbertElliott): number[] =>
  measure(pipeOf({ loss }), COUNT, (out) => (out.length === 0 ? 1 : 0));

const sumOf = (series: readonly number[]): number => series.reduce((sum, each) => sum + each, 0);

describe.each([
  { p: 0.1, r: 0.25 },
  { p: 0.02, r: 0.2 },
  { p: 0.3, r: 0.9 },
])('with p $p and r $r, and all lost in a bad time but none in a good one', ({ p, r }) => {
  const model = { p, r, '1-h': 1, '1-k': 0 };
  const losses = lossesOf(model);
  const bursts = runsOf(losses, 1);
  const gaps = runsOf(losses, 0);

  test('loses the share of bad times', () => {
    expect(lossOf(model)).toBeCloseTo(p / (p + r), 12);
    // How long a time lasts makes neighbours as alike.
    expect(Math.abs(shareDeviation(sumOf(losses), COUNT, p / (p + r), 1 - p - r))).toBeLessThan(FAR);
  });

  test('bursts are 1/r packets long on average, their lengths geometric', () => {
    const deviation = Math.sqrt(1 - r) / r / Math.sqrt(bursts.length);
    expect(Math.abs(meanOf(bursts) - 1 / r) / deviation).toBeLessThan(FAR);
    expect(geometricDeviation(bursts, r)).toBeLessThan(FAR);
  });

  test('times between them are 1/p packets long on average, geometric, too', () => {
    const deviation = Math.sqrt(1 - p) / p / Math.sqrt(gaps.length);
    expect(Math.abs(meanOf(gaps) - 1 / p) / deviation).toBeLessThan(FAR);
    expect(geometricDeviation(gaps, p)).toBeLessThan(FAR);
  });
});

describe('with some lost in good times and some not in bad ones', () => {
  const model = { p: 0.1, r: 0.3, '1-h': 0.7, '1-k': 0.05 };
  const losses = lossesOf(model);
  const bad = 0.25;
  const share = bad * 0.7 + (1 - bad) * 0.05;
  /** Of neighbours: what the two kinds of time differ by, as far as they last. */
  const covariance = bad * (1 - bad) * (0.7 - 0.05) ** 2;
  const correlationAt = (lag: number): number => (covariance * 0.6 ** lag) / (share * (1 - share));

  test('loses what lossOf says', () => {
    expect(lossOf(model)).toBeCloseTo(share, 12);
    const inflation = 1 + 2 * (correlationAt(1) / 0.4);
    const deviation = shareDeviation(sumOf(losses), COUNT, share) / Math.sqrt(inflation);
    expect(Math.abs(deviation)).toBeLessThan(FAR);
  });

  test('how alike packets are dies away as times change', () => {
    for (const lag of [1, 2, 4])
      expect(Math.abs(lagCorrelation(losses, lag) - correlationAt(lag)) * Math.sqrt(COUNT)).toBeLessThan(
        1.5 * FAR,
      );
  });
});

test('the first packet is in a bad time as often as the later ones', () => {
  const model = { p: 0.1, r: 0.25, '1-h': 1, '1-k': 0 };
  const processes = 20_000;
  let lost = 0;
  for (let seed = 0; seed < processes; seed++)
    if (new GilbertElliottProcess(randomOf(seed)('first')).loses(model)) lost++;
  expect(Math.abs(shareDeviation(lost, processes, 0.1 / 0.35))).toBeLessThan(FAR);
});

test('times that never change are good ones', () => {
  const model = { p: 0, r: 0, '1-h': 1, '1-k': 0.25 };
  expect(lossOf(model)).toBe(0.25);
  expect(Math.abs(shareDeviation(sumOf(lossesOf(model)), COUNT, 0.25))).toBeLessThan(FAR);
  expect(sumOf(lossesOf({ ...model, '1-k': 0 }))).toBe(0);
});
