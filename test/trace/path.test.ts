import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Path, type PathOptions } from '../../src/trace/path.ts';
import { from, reply, timeout, unreachable, unsent } from '../support/hop-results.ts';

const TARGET = '203.0.113.1';

const pathOf = (options: Partial<PathOptions> = {}) =>
  new Path({ target: TARGET, count: 3, maxHops: 30, concurrency: 30, ...options });

const wanted = (path: Path) => path.hops().flatMap(({ ttl, wanted }) => (wanted ? [ttl] : []));

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

const router = (hop: number) => `198.51.100.${hop}`;

const shown = (path: Path) => path.figures().map(({ hop, addresses }) => `${hop} ${addresses}`);

describe('how far a path is probed', () => {
  test('five hops at first, and one more for each that something is known of', () => {
    const path = pathOf();
    expect(wanted(path)).toEqual([1, 2, 3, 4, 5]);
    path.take(from(1, router(1)));
    path.take(from(2, router(2)));
    expect(wanted(path)).toEqual(upTo(7));
  });

  test('a far hop that is the first to answer draws no five others', () => {
    const path = pathOf();
    path.take(from(5, router(5)));
    expect(wanted(path)).toEqual(upTo(6));
  });

  test('a second answer of a hop is no news', () => {
    const path = pathOf();
    for (const rseq of [0, 1, 2]) path.take(from(1, router(1), { rseq }));
    expect(path.hops()).toHaveLength(6);
  });

  test('silent hops are passed over as long as they are not five in a row', () => {
    const path = pathOf();
    path.take(from(1, router(1)));
    for (const hop of [2, 3, 4, 5]) path.take(timeout(hop));
    expect(path.hops()).toHaveLength(6);
    path.take(from(6, router(6)));
    expect(path.hops()).toHaveLength(11);
    for (const hop of [7, 8, 9, 10, 11]) path.take(timeout(hop));
    expect(path.hops()).toHaveLength(11);
    path.take(from(9, router(9), { rseq: 1 }));
    expect(path.hops()).toHaveLength(14);
  });

  test('no further than allowed, and no more hops at once than allowed', () => {
    const short = pathOf({ maxHops: 2 });
    short.take(from(1, router(1)));
    expect(wanted(short)).toEqual([1, 2]);
    const narrow = pathOf({ concurrency: 2, count: 1 });
    expect(wanted(narrow)).toEqual([1, 2]);
    narrow.take(from(1, router(1)));
    expect(wanted(narrow)).toEqual([2, 3]);
  });
});

describe('the end of a path', () => {
  test('is the first hop where the target answers, whichever answers first', () => {
    const path = pathOf();
    path.take(reply(4, TARGET));
    expect(wanted(path)).toEqual([1, 2, 3, 4]);
    path.take(reply(3, TARGET));
    path.take(reply(5, TARGET));
    expect(wanted(path)).toEqual([1, 2, 3]);
    expect(path.figures()).toHaveLength(3);
    expect(path.answered).toBe(true);
  });

  test.each([
    ['a refusal', reply(2, TARGET, { outcome: 'refused' }), true],
    ['a reply from another address of the target', reply(2, '203.0.113.77'), true],
    ['an error from the target', unreachable(2, TARGET), true],
    ['an error from a router', unreachable(2, router(1)), false],
    ['a late answer of the target', reply(2, TARGET, { outcome: 'late' }), false],
    ['a late error from a router', unreachable(2, router(1), { outcome: 'late' }), false],
    [
      'a late error from an IPv6 router',
      unreachable(2, '2001:db8::1', { outcome: 'late', rtype: 58, icmptype: 1 }),
      false,
    ],
  ])('is %s, too; whether the target has answered: %#', (_, result, answered) => {
    const path = pathOf();
    path.take(result);
    expect(wanted(path)).toEqual([1, 2]);
    expect(path.answered).toBe(answered);
  });

  test('is not a router that answers, in time or late, nor anything an ICMPv6 code means for ICMP', () => {
    const path = pathOf();
    path.take(from(2, router(2)));
    path.take(from(3, router(3), { outcome: 'late' }));
    path.take(unreachable(4, router(4), { outcome: 'late', icmptype: 1 }));
    expect(path.hops().length).toBeGreaterThan(5);
    expect(path.answered).toBe(false);
  });

  test('is not where somebody was unreachable for a while, before or after the target has answered', () => {
    const early = pathOf({ count: 9 });
    early.take(unreachable(2, router(1)));
    expect(wanted(early)).toEqual([1, 2]);
    early.take(from(2, router(2)));
    expect(wanted(early)).toEqual(upTo(6));
    early.take(reply(3, TARGET));
    expect(wanted(early)).toEqual([1, 2, 3]);

    const late = pathOf({ count: 9 });
    late.take(reply(3, TARGET));
    late.take(unreachable(2, router(1)));
    expect(wanted(late)).toEqual([1, 2, 3]);

    const farther = pathOf({ count: 9 });
    farther.take(unreachable(2, router(1)));
    farther.take(reply(4, TARGET));
    expect(wanted(farther)).toEqual([1, 2, 3, 4]);
  });

  test('while it is not found, one hop beyond the last that answered is shown', () => {
    const path = pathOf();
    expect(shown(path)).toEqual(['1 ']);
    path.take(from(2, router(2)));
    expect(shown(path)).toEqual(['1 ', `2 ${router(2)}`, '3 ']);
  });

  test('at the highest TTL nothing is shown beyond it', () => {
    const path = pathOf({ maxHops: 1 });
    path.take(from(1, router(1)));
    expect(shown(path)).toEqual([`1 ${router(1)}`]);
  });
});

describe('probes', () => {
  test('exactly as many as asked for are admitted to each hop, and none beyond the end', () => {
    const path = pathOf({ count: 2 });
    expect([path.admit(1), path.admit(1), path.admit(1)]).toEqual([true, true, false]);
    expect(wanted(path)).toEqual([2, 3, 4, 5]);
    path.take(reply(2, TARGET));
    expect([path.admit(2), path.admit(3), path.admit(99), path.admit(0)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  test('those that were not admitted are not counted', () => {
    const path = pathOf({ count: 2 });
    path.take(unsent(1, 2));
    expect(path.figures()[0]?.outcomes.unsent).toBe(0);
  });

  test('the path is done when each hop up to the end has had all of them', () => {
    const path = pathOf({ count: 2 });
    path.take(from(1, router(1)));
    path.take(reply(2, TARGET));
    path.take(reply(2, TARGET, { rseq: 1 }));
    path.take(timeout(5));
    expect(path.done).toBe(false);
    path.take(timeout(1, 1));
    expect(path.done).toBe(true);
    expect(path.figures().map(({ sent }) => sent)).toEqual([2, 2]);
  });

  test('nobody answers: done after five hops, and one is shown', () => {
    const path = pathOf({ count: 1 });
    for (const hop of upTo(5)) {
      expect(path.done).toBe(false);
      path.take(timeout(hop));
    }
    expect(path.done).toBe(true);
    expect(shown(path)).toEqual(['1 ']);
  });

  test('when none can leave, the path is done at once, and says why', () => {
    const path = pathOf({ count: 10 });
    for (const hop of [1, 2, 3, 4]) path.take(unsent(hop));
    expect(path.done).toBe(false);
    path.take(unsent(5));
    expect(path.done).toBe(true);
    expect(path.problem).toBe('No route to host');
  });

  test('when one can leave, those that cannot are no reason to end', () => {
    const path = pathOf({ count: 10 });
    path.take(from(1, router(1)));
    for (const hop of [2, 3, 4, 5, 6]) path.take(unsent(hop));
    expect(path.problem).toBeUndefined();
    expect(path.done).toBe(false);
  });
});

test('whatever each hop does, every path comes to its end, and each hop shown has had all its probes', () => {
  const hops = fc.array(fc.constantFrom('answers', 'silent', 'flaky'), { minLength: 1, maxLength: 12 });
  const options = fc.record({
    count: fc.integer({ min: 1, max: 4 }),
    maxHops: fc.integer({ min: 1, max: 15 }),
    concurrency: fc.integer({ min: 1, max: 8 }),
  });
  fc.assert(
    fc.property(hops, options, fc.infiniteStream(fc.nat()), (routers, { count, ...more }, numbers) => {
      const path = pathOf({ count, ...more });
      const inFlight: { ttl: number; rseq: number }[] = [];
      const sequences = new Map<number, number>();
      const next = () => numbers.next().value as number;
      for (let step = 0; !path.done; step++) {
        expect(step).toBeLessThan(1000);
        const due = wanted(path);
        const ttl = due[next() % Math.max(1, due.length)];
        if (ttl !== undefined && path.admit(ttl)) {
          const rseq = sequences.get(ttl) ?? 0;
          sequences.set(ttl, rseq + 1);
          inFlight.push({ ttl, rseq });
        }
        if (due.length > 0 && next() % 2 === 0) continue;
        const [probe] = inFlight.splice(next() % Math.max(1, inFlight.length), 1);
        if (!probe) continue;
        const behaviour = routers[probe.ttl - 1];
        if (behaviour === undefined) path.take(reply(probe.ttl, TARGET, { rseq: probe.rseq }));
        else if (behaviour === 'answers' || (behaviour === 'flaky' && next() % 2 === 0))
          path.take(from(probe.ttl, router(probe.ttl), { rseq: probe.rseq }));
        else path.take(timeout(probe.ttl, probe.rseq));
      }
      for (const { sent } of path.figures()) expect(sent).toBe(count);
      for (const sent of sequences.values()) expect(sent).toBeLessThanOrEqual(count);
    }),
  );
});
