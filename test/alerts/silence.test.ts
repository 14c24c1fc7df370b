import { beforeEach, describe, expect, test } from 'vitest';
import type { AlertFacts } from '../../src/alerts/alert-book.ts';
import type { AlertConfig } from '../../src/alerts/config.ts';
import { RULE_DEFAULTS } from '../../src/alerts/edit-rows.ts';
import { ruleOf } from '../../src/alerts/rule.ts';
import { SilenceWatch, type SourceSign } from '../../src/alerts/silence-watch.ts';
import { ManualClock } from '../support/manual-clock.ts';

const row = { ...RULE_DEFAULTS, id: 1, name: 'silent', metric: 'silence', span: 60_000, recovery_hold: 0 };

const config = (): AlertConfig => {
  const rule = ruleOf(row);
  if ('problem' in rule) throw new Error(rule.problem);
  return {
    ...{ revision: '1', rules: [rule], channels: new Map(), ruleChannels: new Map(), parents: new Map() },
    ...{ maintenances: [], destinations: [], problems: [] },
  };
};

/** The database's sources, and what each of them makes of the others. */
class Fleet {
  readonly clock = new ManualClock();
  readonly signs: SourceSign[];
  readonly found = new Map<number, AlertFacts[]>();
  readonly #watches = new Map<number, SilenceWatch>();
  /** Ids of those that give signs of life. */
  readonly alive = new Set<number>();
  isAway = false;

  constructor(ids: readonly number[]) {
    this.signs = ids.map((id) => ({ id, name: `s${id}`, seen: '0', stopped: false }));
    for (const id of ids) this.start(id);
  }

  start(id: number): SilenceWatch {
    const found = this.found.get(id) ?? [];
    this.found.set(id, found);
    const watch = new SilenceWatch({
      clock: this.clock,
      source: { id, name: `s${id}` },
      record: (facts) => found.push(facts),
      uid: () => `${id}.${found.length}`,
      maintenance: () => undefined,
    });
    watch.follow(config());
    this.#watches.set(id, watch);
    this.alive.add(id);
    this.#sign(id, false);
    return watch;
  }

  /** It ends: by itself, or by somebody who wants it to. */
  end(id: number, stopped = false): void {
    this.#watches.get(id)?.close();
    this.#watches.delete(id);
    this.alive.delete(id);
    if (stopped) this.#sign(id, true);
  }

  #sign(id: number, stopped: boolean): void {
    const sign = this.signs.find((each) => each.id === id);
    if (sign) Object.assign(sign, { seen: this.clock.wall(this.clock.now()).toString(), stopped });
  }

  async pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second += 5) {
      await this.clock.advance(5000);
      if (this.isAway) continue;
      for (const id of this.alive) this.#sign(id, false);
      for (const watch of this.#watches.values()) watch.take(structuredClone(this.signs));
    }
  }

  told(): string[] {
    return [...this.found].flatMap(([id, found]) =>
      found.map(
        ({ kind, alert }) => `${id}: ${kind} ${alert.destination}${alert.ended ? `, ${alert.ended}` : ''}`,
      ),
    );
  }
}

let fleet: Fleet;

beforeEach(async () => {
  fleet = new Fleet([1, 2, 3]);
  await fleet.pass(30);
});

test('a source that is gone is told by one of the others, once, and its return as well', async () => {
  fleet.end(2);
  await fleet.pass(55);
  expect(fleet.told()).toEqual([]);
  await fleet.pass(15);
  expect(fleet.told()).toEqual(['1: fired source s2']);
  expect(fleet.found.get(1)?.[0]?.alert).toMatchObject({
    ...{ metric: 'silence', destination_id: null, source: 's1', detail: 'no sign of life for 1m' },
  });
  await fleet.pass(600);
  fleet.start(2);
  await fleet.pass(10);
  expect(fleet.told()).toEqual(['1: fired source s2', '1: resolved source s2']);
});

test('one that is stopped on purpose is missed by nobody', async () => {
  fleet.end(2, true);
  await fleet.pass(600);
  expect(fleet.told()).toEqual([]);
});

test('one that has been told, and then is stopped on purpose, is over', async () => {
  fleet.end(2);
  await fleet.pass(90);
  fleet.start(2);
  fleet.end(2, true);
  await fleet.pass(60);
  expect(fleet.told()).toEqual(['1: fired source s2', '1: resolved source s2']);
});

test.each([60, 600, 7200])('a database that is away for %i s is nobody’s silence', async (seconds) => {
  fleet.isAway = true;
  await fleet.pass(seconds);
  fleet.isAway = false;
  await fleet.pass(600);
  expect(fleet.told()).toEqual([]);
});

test('what was silent before the database was away is so after it', async () => {
  fleet.end(2);
  await fleet.pass(90);
  fleet.isAway = true;
  await fleet.pass(600);
  fleet.isAway = false;
  await fleet.pass(60);
  expect(fleet.told()).toEqual(['1: fired source s2']);
});

test('where the one that tells is gone itself, the next one tells of it', async () => {
  fleet.end(1);
  await fleet.pass(70);
  expect(fleet.told()).toEqual(['2: fired source s1']);
  fleet.end(3);
  await fleet.pass(70);
  expect(fleet.told()).toEqual(['2: fired source s1', '2: fired source s3']);
  // It tells of others from now on.
  fleet.start(1);
  await fleet.pass(70);
  expect(fleet.told().sort()).toEqual([
    '1: fired source s3',
    '2: fired source s1',
    '2: fired source s3',
    '2: resolved source s1, source s1 tells of it',
    '2: resolved source s3, source s1 tells of it',
  ]);
});

describe('when a monitor starts', () => {
  test('a source that has been silent for more than a day is not missed', async () => {
    fleet.end(2);
    fleet.end(1);
    await fleet.clock.advance(2 * 86_400_000);
    fleet.found.clear();
    fleet.end(3);
    fleet.start(3);
    await fleet.pass(600);
    expect(fleet.told()).toEqual([]);
  });

  test('one that has gone a while ago is', async () => {
    fleet.end(1);
    fleet.end(2);
    fleet.end(3);
    await fleet.clock.advance(3_600_000);
    fleet.start(3);
    await fleet.pass(70);
    expect(fleet.told()).toEqual(['3: fired source s1', '3: fired source s2']);
  });

  test('what the one before has told goes on, and is over when the source is back', async () => {
    fleet.end(2);
    await fleet.pass(90);
    const facts = fleet.found.get(1)?.[0]?.alert;
    fleet.end(1);
    await fleet.clock.advance(60_000);
    fleet.start(1).restore(facts ? [facts] : [], fleet.signs);
    await fleet.pass(120);
    expect(fleet.told()).toEqual(['1: fired source s2']);
    fleet.start(2);
    await fleet.pass(10);
    expect(fleet.told()).toEqual(['1: fired source s2', '1: resolved source s2']);
    expect(fleet.found.get(1)?.[1]?.alert.uid).toBe(facts?.uid);
  });
});

test('a source whose row is removed is over, and says why', async () => {
  fleet.end(2);
  await fleet.pass(90);
  fleet.signs.splice(1, 1);
  await fleet.pass(10);
  expect(fleet.told()).toEqual(['1: fired source s2', '1: resolved source s2, the source was removed']);
});

test('a span that is shorter than signs may be late is refused', () => {
  expect(ruleOf({ ...row, span: 10_000 })).toEqual({
    problem: 'span 10000: expected a whole number from 30000 to 86400000 ms',
  });
});
