import { type ActorRefFrom, fromCallback } from 'xstate';
import type { Clock, ClockTimer } from '../io/clock.ts';
import { type NameResolver, ResolveError } from '../io/resolver.ts';
import type { Family } from '../io/transport.ts';
import type { Logger } from '../logger.ts';
import type { DestinationEvent } from './destination-context.ts';
import type { Mailbox } from './mailbox.ts';

type Watcher = Mailbox<DestinationEvent>;

export type ResolverEvent =
  /** Tell the watcher the name's address now, and whenever it changes. */
  | { type: 'name.watched'; name: string; family: Family; watcher: Watcher }
  | { type: 'name.unwatched'; watcher: Watcher };

export interface ResolverInput {
  clock: Clock;
  logger: Logger;
  resolver: NameResolver;
}

/** A name is asked again when its TTL is over, within these bounds. ms */
const SHORTEST_TTL = 1000;
const LONGEST_TTL = 3_600_000;

/** After a failure: twice as long each time, within these bounds. ms */
const FIRST_RETRY = 1000;
const LONGEST_RETRY = 30_000;

/** How long the first answer may take until those who wait for it are told that there is none yet, ms. */
const PATIENCE = 1000;

interface Entry {
  name: string;
  family: Family;
  watchers: Set<Watcher>;
  /** The address in use; undefined while there is none. */
  address: string | undefined;
  /** Why there is no address. */
  problem: string | undefined;
  failures: number;
  timer: ClockTimer | undefined;
}

/** Keeps the addresses of the names that destinations go by, and tells each of them of every change. */
export const resolverLogic = fromCallback<ResolverEvent, ResolverInput>(
  ({ input: { clock, logger, resolver }, receive }) => {
    const entries = new Map<string, Entry>();
    const entryOf = new Map<Watcher, Entry>();
    let stopped = false;

    const tell = ({ address, problem }: Entry, watchers: Iterable<Watcher>) => {
      for (const watcher of watchers) {
        if (address !== undefined) watcher.send({ type: 'address.resolved', address });
        else if (problem !== undefined) watcher.send({ type: 'address.failed', reason: problem });
      }
    };

    const found = (entry: Entry, addresses: string[]) => {
      entry.failures = 0;
      const { name, address: former, problem } = entry;
      // An address still listed is kept, so that a rotating answer does not move the destination about.
      const address = former !== undefined && addresses.includes(former) ? former : addresses[0];
      if (address === former && problem === undefined) return;
      logger.info('name.resolved', { name, address, former });
      entry.address = address;
      entry.problem = undefined;
      if (address !== former) tell(entry, entry.watchers);
    };

    const failed = (entry: Entry, error: ResolveError) => {
      entry.failures++;
      // The name server's trouble is no reason to give up an address that worked.
      if (entry.address !== undefined && !error.authoritative) return;
      const first = entry.problem === undefined;
      entry.address = undefined;
      entry.problem = error.message;
      if (first) {
        logger.warn('name.failed', { name: entry.name, problem: error.message });
        tell(entry, entry.watchers);
      }
    };

    /** Who waits for an answer for so long has probes that cannot be sent meanwhile, and hears why. */
    const warn = (entry: Entry) => {
      if (entry.address !== undefined || entry.problem !== undefined) return;
      const reason = `host "${entry.name}" is not resolved yet`;
      for (const watcher of entry.watchers) watcher.send({ type: 'address.failed', reason });
    };

    const resolve = async (entry: Entry) => {
      let wait: number;
      const first = entry.failures === 0 && entry.address === undefined;
      if (first) entry.timer = clock.setTimer(clock.now() + PATIENCE, () => warn(entry));
      try {
        const { addresses, ttl } = await resolver.resolve(entry.name, entry.family);
        wait = Math.min(Math.max(ttl, SHORTEST_TTL), LONGEST_TTL);
        if (!stopped) found(entry, addresses);
      } catch (error) {
        if (!stopped) failed(entry, asResolveError(error, entry.name));
        wait = Math.min(FIRST_RETRY * 2 ** (entry.failures - 1), LONGEST_RETRY);
      }
      entry.timer?.cancel();
      if (stopped || entry.watchers.size === 0) return;
      entry.timer = clock.setTimer(clock.now() + wait, () => resolve(entry));
    };

    const unwatch = (watcher: Watcher) => {
      const entry = entryOf.get(watcher);
      if (!entry) return;
      entryOf.delete(watcher);
      entry.watchers.delete(watcher);
      if (entry.watchers.size > 0) return;
      entry.timer?.cancel();
      entries.delete(keyOf(entry.name, entry.family));
    };

    receive((event) => {
      if (event.type === 'name.unwatched') return unwatch(event.watcher);
      const { name, family, watcher } = event;
      unwatch(watcher);
      const known = entries.get(keyOf(name, family));
      if (known) {
        known.watchers.add(watcher);
        entryOf.set(watcher, known);
        tell(known, [watcher]);
        return;
      }
      const entry: Entry = {
        name,
        family,
        watchers: new Set([watcher]),
        address: undefined,
        problem: undefined,
        failures: 0,
        timer: undefined,
      };
      entries.set(keyOf(name, family), entry);
      entryOf.set(watcher, entry);
      resolve(entry);
    });

    return () => {
      stopped = true;
      for (const { timer } of entries.values()) timer?.cancel();
      resolver.close();
    };
  },
);

export type ResolverRef = ActorRefFrom<typeof resolverLogic>;

const keyOf = (name: string, family: Family): string => `${family} ${name.toLowerCase()}`;

const asResolveError = (error: unknown, name: string): ResolveError =>
  error instanceof ResolveError ? error : new ResolveError(`host "${name}": ${error}`, 'EUNKNOWN', false);
