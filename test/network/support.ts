import { expect } from 'vitest';
import type { Chance } from '../../src/network/chance.ts';
import { type Impairments, UNIMPAIRED } from '../../src/network/impairments.ts';
import type { Packet } from '../../src/network/packet.ts';
import { Pipe } from '../../src/network/pipe.ts';
import { type RandomSource, RandomStream } from '../../src/network/random.ts';
import { MILLISECOND } from '../../src/network/scheduler.ts';
import { SOURCE, TARGET } from '../support/packets.ts';
import { chainCorrelationDeviation, FAR, lagCorrelation, shareDeviation } from './statistics.ts';

/** How many packets a rate or a distribution is measured over. */
export const MANY = 200_000;

export const randomOf =
  (seed: number): RandomSource =>
  (name) =>
    new RandomStream(seed, name);

export function pipeOf(impairments: Partial<Impairments>, seed = 1): Pipe {
  const pipe = new Pipe(randomOf(seed));
  pipe.impairments = { ...UNIMPAIRED, ...impairments };
  return pipe;
}

/** A packet of so many bytes, IP header included, that no host would look into. */
export const anyPacket = (length = 84): Packet => ({
  family: 4,
  protocol: 47,
  source: SOURCE[4],
  destination: TARGET[4],
  ttl: 64,
  whole: true,
  payload: Buffer.alloc(length - 20),
  origin: 1,
});

/** Something about each of many packets that come into a pipe, one every millisecond: what comes out of it is given. */
export function measure<Value>(
  pipe: Pipe,
  count: number,
  value: (out: ReturnType<Pipe['transmit']>, now: number) => Value,
): Value[] {
  const packet = anyPacket();
  const values: Value[] = [];
  for (let index = 0; index < count; index++) {
    const now = index * MILLISECOND;
    values.push(value(pipe.transmit({ ...packet }, now), now));
  }
  return values;
}

/** Expects as many ones, and as much correlation between neighbours, as were asked for. */
export function expectChain(series: readonly number[], { probability, correlation }: Chance): void {
  const ones = series.reduce((sum, one) => sum + one, 0);
  expect(Math.abs(shareDeviation(ones, series.length, probability, correlation))).toBeLessThan(FAR);
  const spread = chainCorrelationDeviation(probability, correlation, series.length);
  expect(Math.abs(lagCorrelation(series) - correlation) / spread).toBeLessThan(FAR);
}
