import { type ActorRefFrom, assign, enqueueActions, fromPromise, setup } from 'xstate';
import type { Destination } from '../entities/destination.ts';
import { labelOf } from '../entities/label.ts';
import { type Settings, settingsOf } from '../entities/settings.ts';
import type { Source } from '../entities/source.ts';
import { type Clock, pause } from '../io/clock.ts';
import type { Logger } from '../logger.ts';
import type { DestinationsDelta, DestinationsSnapshot, Store } from '../storage/store.ts';
import type { Peers } from './destination.ts';
import type { Mailbox } from './mailbox.ts';
import { type PartitionEvent, type PartitionRef, partitionMachine } from './partition.ts';
import type { PingerEvent } from './pinger.ts';
import { type RouterRef, routerLogic } from './router.ts';

/** What has become of a row of the destinations table. */
export interface DestinationStatus {
  destination_id: number;
  address: string;
  /** What people call it: its address, or `tcp://host:443`. */
  label: string;
  status: 'probed' | 'changed' | 'paused' | 'invalid' | 'removed';
  /** Why it cannot be probed. */
  problem?: string;
  /** More of what it says; not of one that is gone. Of a row that cannot be probed it may be anything. */
  row?: Pick<Destination, 'name' | 'protocol' | 'port' | 'interval'>;
}

export type RegistryEvent =
  /** Probe no more, and end when everything in flight is accounted for. */
  | { type: 'registry.retired' }
  /** Wait for no more answers. */
  | { type: 'registry.abandoned' };

export interface RegistryInput {
  store: Store;
  source: Source;
  logger: Logger;
  peers: Omit<Peers, 'router'>;
  pinger: Mailbox<PingerEvent>;
  /** Told what becomes of each row. */
  listener: (status: DestinationStatus) => void;
}

export interface RegistryContext extends Omit<RegistryInput, 'peers'> {
  clock: Clock;
  /** Where destinations get their routes, and answers go. */
  router: RouterRef;
  partitions: PartitionRef[];
  /** What each row's destination is now; mutable. */
  known: Map<number, DestinationStatus>;
  revision: number;
  loaded: boolean;
  failing: boolean;
  retired: number;
}

/** Small enough that stopping one destination copies little, many enough for tens of thousands. */
const PARTITIONS = 256;

/** So many consecutive ids share a partition: rows that come together are spawned together, which is cheaper. */
const NEIGHBOURS = 16;

/** How often the change feed is read; an edit takes effect within this and the time of one query. ms */
const POLL_DELAY = 250;

/**
 * Makes the destinations that run match the table, and routes answers to them.
 *
 * loading: reads the whole table. watching: waits for edits. reconciling: reads what has changed. retiring: ends.
 */
export const registryMachine = setup({
  types: {
    input: {} as RegistryInput,
    context: {} as RegistryContext,
    events: {} as RegistryEvent,
  },
  actors: {
    router: routerLogic,
    partition: partitionMachine,
    load: fromPromise<DestinationsSnapshot, { store: Store; source: Source }>(({ input }) =>
      input.store.destinations(input.source),
    ),
    /** Polls by itself: this machine's transitions would be the costlier part of a poll. */
    awaitEdits: fromPromise<void, { store: Store; clock: Clock; revision: number; failing: boolean }>(
      async ({ input: { store, clock, revision, failing }, signal }) => {
        do await pause(clock, POLL_DELAY, signal);
        while (!signal.aborted && !(await store.edited(revision)) && !failing);
      },
    ),
    read: fromPromise<DestinationsDelta | undefined, { store: Store; source: Source; revision: number }>(
      ({ input }) => input.store.changes(input.source, input.revision),
    ),
  },
  delays: { pollDelay: POLL_DELAY },
  guards: {
    feedLost: (_, { output }: { output: DestinationsDelta | undefined }) => output === undefined,
    more: (_, { output }: { output: DestinationsDelta | undefined }) => output?.more === true,
    allRetired: ({ context }) => context.retired === context.partitions.length,
  },
  actions: {
    applyAll: enqueueActions(({ context, enqueue }, { rows }: DestinationsSnapshot) => {
      const present = new Set(rows.map(({ id }) => id));
      const removed = [...context.known.keys()].filter((id) => !present.has(id));
      for (const [partition, event] of reconcile(context, rows, removed)) enqueue.sendTo(partition, event);
    }),
    apply: enqueueActions(({ context, enqueue }, { output }: { output: DestinationsDelta | undefined }) => {
      if (!output) return;
      const { changed, removed } = output;
      for (const [partition, event] of reconcile(context, changed, removed)) enqueue.sendTo(partition, event);
    }),
    logFailure: ({ context: { logger, failing } }, { error }: { error: unknown }) => {
      if (!failing) logger.warn('destinations.unread', { error: String(error) });
    },
    tellAnswered: ({ context: { pinger, failing } }) => {
      if (failing) pinger.send({ type: 'database.answered' });
    },
    tellLoaded: ({ context: { pinger, loaded } }) => {
      if (!loaded) pinger.send({ type: 'registry.loaded' });
    },
    retireAll: ({ context: { partitions } }) => {
      for (const partition of partitions) partition.send({ type: 'destinations.retired' });
    },
    abandonAll: ({ context: { partitions } }) => {
      for (const partition of partitions)
        if (partition.getSnapshot().status === 'active') partition.send({ type: 'destinations.abandoned' });
    },
  },
}).createMachine({
  id: 'registry',
  context: ({ input, spawn }) => {
    const { peers, ...rest } = input;
    const { clock, random, meters } = peers;
    const { sourceid } = input.source;
    const router = spawn('router', { id: 'router', input: { sourceid, clock, random, meters } });
    const partitions = Array.from({ length: PARTITIONS }, (_, index) =>
      spawn('partition', {
        id: `partition.${index}`,
        input: { peers: { ...peers, router }, logger: input.logger },
      }),
    );
    return {
      ...rest,
      clock,
      router,
      partitions,
      known: new Map(),
      revision: 0,
      loaded: false,
      failing: false,
      retired: 0,
    };
  },
  initial: 'loading',
  on: {
    'registry.retired': '.retiring',
  },
  states: {
    loading: {
      invoke: {
        src: 'load',
        input: ({ context: { store, source } }) => ({ store, source }),
        onDone: {
          target: 'watching',
          actions: [
            { type: 'applyAll', params: ({ event }) => event.output },
            'tellLoaded',
            'tellAnswered',
            assign({ revision: ({ event }) => event.output.revision, loaded: true, failing: false }),
          ],
        },
        onError: {
          target: 'reloading',
          actions: [{ type: 'logFailure', params: ({ event }) => event }, assign({ failing: true })],
        },
      },
    },
    reloading: { after: { pollDelay: 'loading' } },
    watching: {
      invoke: {
        src: 'awaitEdits',
        input: ({ context: { store, clock, revision, failing } }) => ({ store, clock, revision, failing }),
        onDone: 'reconciling',
        // Reading fails as well then, and says so.
        onError: 'reconciling',
      },
    },
    reconciling: {
      invoke: {
        src: 'read',
        input: ({ context: { store, source, revision } }) => ({ store, source, revision }),
        onDone: [
          { guard: { type: 'feedLost', params: ({ event }) => event }, target: 'loading' },
          {
            guard: { type: 'more', params: ({ event }) => event },
            target: 'reconciling',
            reenter: true,
            actions: [
              { type: 'apply', params: ({ event }) => event },
              assign({ revision: ({ event, context }) => event.output?.revision ?? context.revision }),
            ],
          },
          {
            target: 'watching',
            actions: [
              { type: 'apply', params: ({ event }) => event },
              'tellAnswered',
              assign({
                revision: ({ event, context }) => event.output?.revision ?? context.revision,
                failing: false,
              }),
            ],
          },
        ],
        onError: {
          target: 'watching',
          actions: [{ type: 'logFailure', params: ({ event }) => event }, assign({ failing: true })],
        },
      },
    },
    retiring: {
      entry: 'retireAll',
      always: { guard: 'allRetired', target: 'retired' },
      on: {
        'registry.retired': undefined,
        'registry.abandoned': { actions: 'abandonAll' },
        'xstate.done.actor.partition.*': {
          actions: assign({ retired: ({ context }) => context.retired + 1 }),
        },
      },
    },
    retired: { type: 'final' },
  },
});

export type RegistryRef = ActorRefFrom<typeof registryMachine>;

/** What to tell which partition, so that what runs agrees with rows that are new or changed, and ids that are gone. */
function reconcile(
  context: RegistryContext,
  rows: Destination[],
  removed: number[],
): [PartitionRef, PartitionEvent][] {
  const { partitions, known } = context;
  const wanted = partitions.map((): Settings[] => []);
  const unwanted = partitions.map((): number[] => []);
  // A shell may write negative ids, too.
  const partitionOf = (id: number) => Math.floor(Math.abs(id) / NEIGHBOURS) % partitions.length;

  for (const row of rows) {
    const { id, address, name, protocol, port, interval } = row;
    const label = labelOf(row);
    const who = { destination_id: id, address, label, row: { name, protocol, port, interval } };
    const settings = row.active ? settingsOf(row) : undefined;
    if (settings === undefined) {
      unwanted[partitionOf(id)]?.push(id);
      become(context, { ...who, status: 'paused' });
    } else if ('problem' in settings) {
      unwanted[partitionOf(id)]?.push(id);
      become(context, { ...who, status: 'invalid', problem: settings.problem });
    } else {
      wanted[partitionOf(id)]?.push(settings);
      const before = known.get(id)?.status;
      const status = before === 'probed' || before === 'changed' ? 'changed' : 'probed';
      become(context, { ...who, status });
    }
  }
  for (const id of removed) {
    unwanted[partitionOf(id)]?.push(id);
    const last = known.get(id);
    if (last) {
      const { problem, row, ...who } = last;
      become(context, { ...who, status: 'removed' });
    }
    known.delete(id);
  }
  return partitions.flatMap((partition, index) => {
    const events: [PartitionRef, PartitionEvent][] = [];
    const settings = wanted[index] ?? [];
    const ids = unwanted[index] ?? [];
    if (settings.length > 0) events.push([partition, { type: 'destinations.wanted', settings }]);
    if (ids.length > 0) events.push([partition, { type: 'destinations.unwanted', ids }]);
    return events;
  });
}

function become({ known, logger, listener }: RegistryContext, status: DestinationStatus): void {
  const before = known.get(status.destination_id);
  known.set(status.destination_id, status);
  if (before && status.status !== 'changed' && isSame(before, status)) return;
  const { status: event, row, ...facts } = status;
  if (event === 'invalid') logger.warn('destination.invalid', facts);
  else logger.info(`destination.${event}`, facts);
  listener(status);
}

/** Of rows that are not probed, what people call them may be all that has changed. */
const isSame = (before: DestinationStatus, now: DestinationStatus): boolean =>
  before.status === now.status &&
  before.problem === now.problem &&
  before.label === now.label &&
  before.row?.name === now.row?.name;
