import { expect, test } from 'vitest';
import { DISTRIBUTIONS } from '../../src/network/distribution.ts';
import { MILLISECOND } from '../../src/network/scheduler.ts';
import { anyPacket, MANY, measure, pipeOf } from './support.ts';

const tookOf = (impairments: Parameters<typeof pipeOf>[0]): number[] =>
  measure(pipeOf(impairments), MANY, ([arrival], now) => arrival!.at - now);

test.each([0, 1, 20 * MILLISECOND + 1, 3_600_000 * MILLISECOND + 7])(
  'every packet is delayed by %i ns, to the nanosecond',
  (delay) => {
    expect(new Set(tookOf({ delay }))).toEqual(new Set([delay]));
  },
);

test('the packet that comes out is the one that came in', () => {
  const packet = anyPacket();
  const before = structuredClone(packet);
  const [arrival, ...more] = pipeOf({ delay: 5 }).transmit(packet, 2);
  expect(more).toEqual([]);
  expect(arrival?.packet).toBe(packet);
  expect(structuredClone(packet)).toEqual(before);
});

test.each(DISTRIBUTIONS)(
  'with more %s jitter than delay nothing comes out before it came in',
  (distribution) => {
    const took = tookOf({ delay: MILLISECOND, jitter: 3 * MILLISECOND, distribution });
    const atOnce = took.filter((each) => each === 0).length;
    expect(took.every((each) => each >= 0 && Number.isInteger(each))).toBe(true);
    // The same share of all that cannot be early is late by nothing.
    expect(atOnce).toBeGreaterThan(MANY / 10);
    expect(atOnce).toBeLessThan(MANY / 2);
  },
);
