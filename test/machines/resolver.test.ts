import { beforeEach, describe, expect, test } from 'vitest';
import { type Actor, createActor } from 'xstate';
import { type NameResolver, type Resolution, ResolveError } from '../../src/io/resolver.ts';
import type { DestinationEvent } from '../../src/machines/destination-context.ts';
import { resolverLogic } from '../../src/machines/resolver.ts';
import { Inbox, LogBook } from '../support/fakes.ts';
import { ManualClock } from '../support/manual-clock.ts';

/** Answers names as a test says. */
class ScriptedResolver implements NameResolver {
  answer: Resolution | ResolveError = { addresses: ['192.0.2.1'], ttl: 5000 };
  asked = 0;
  closed = false;

  async resolve(): Promise<Resolution> {
    this.asked++;
    if (this.answer instanceof ResolveError) throw this.answer;
    return this.answer;
  }

  close(): void {
    this.closed = true;
  }
}

const gone = new ResolveError('host "a.example" does not exist (ENOTFOUND)', 'ENOTFOUND', true);
const silent = new ResolveError('host "a.example": no answer (ETIMEOUT)', 'ETIMEOUT', false);

let clock: ManualClock;
let names: ScriptedResolver;
let logger: LogBook;
let actor: Actor<typeof resolverLogic>;
let watcher: Inbox<DestinationEvent>;

const watch = (who = watcher, name = 'a.example') =>
  actor.send({ type: 'name.watched', name, family: 4, watcher: who });
const told = (who = watcher) =>
  who.events.map((event) =>
    'address' in event ? event.address : 'reason' in event ? event.reason : event.type,
  );

beforeEach(() => {
  clock = new ManualClock();
  names = new ScriptedResolver();
  logger = new LogBook();
  watcher = new Inbox();
  actor = createActor(resolverLogic, { input: { clock, logger, resolver: names } }).start();
});

test('a watcher is told the address once, and again only when it changes', async () => {
  watch();
  await clock.advance(20_000);
  expect(told()).toEqual(['192.0.2.1']);
  expect(names.asked).toBe(5);
  names.answer = { addresses: ['192.0.2.2'], ttl: 5000 };
  await clock.advance(5000);
  expect(told()).toEqual(['192.0.2.1', '192.0.2.2']);
});

test('an address that is still listed is kept, in whatever order the answer rotates', async () => {
  watch();
  await clock.advance(0);
  names.answer = { addresses: ['192.0.2.9', '192.0.2.1'], ttl: 5000 };
  await clock.advance(10_000);
  expect(told()).toEqual(['192.0.2.1']);
});

test('watchers of one name share its look-ups, whatever its case', async () => {
  const other = new Inbox<DestinationEvent>();
  watch();
  await clock.advance(0);
  watch(other, 'A.Example');
  await clock.advance(5000);
  expect(names.asked).toBe(2);
  expect(told(other)).toEqual(['192.0.2.1']);
});

describe('a name that fails', () => {
  test('is told of once, asked again soon, and told when it comes back', async () => {
    names.answer = gone;
    watch();
    await clock.advance(10_000);
    expect(told()).toEqual([gone.message]);
    expect(logger.of('name.failed')).toEqual([{ name: 'a.example', problem: gone.message }]);
    expect(names.asked).toBe(4);
    names.answer = { addresses: ['192.0.2.3'], ttl: 5000 };
    await clock.advance(30_000);
    expect(told()).toEqual([gone.message, '192.0.2.3']);
  });

  test('loses its address when it no longer exists', async () => {
    watch();
    await clock.advance(0);
    names.answer = gone;
    await clock.advance(5000);
    expect(told()).toEqual(['192.0.2.1', gone.message]);
  });

  test('keeps its address while the name server only fails to answer', async () => {
    watch();
    await clock.advance(0);
    names.answer = silent;
    await clock.advance(600_000);
    expect(told()).toEqual(['192.0.2.1']);
  });
});

test('a TTL of zero does not make a storm of queries', async () => {
  names.answer = { addresses: ['192.0.2.1'], ttl: 0 };
  watch();
  await clock.advance(10_000);
  expect(names.asked).toBe(11);
});

test('a name that nobody watches is not asked any more', async () => {
  watch();
  await clock.advance(0);
  actor.send({ type: 'name.unwatched', watcher });
  await clock.advance(60_000);
  expect(names.asked).toBe(1);
  expect(clock.pending).toBe(0);
});

test('stopped, it leaves nothing behind', async () => {
  watch();
  await clock.advance(0);
  actor.stop();
  expect(clock.pending).toBe(0);
  expect(names.closed).toBe(true);
});
