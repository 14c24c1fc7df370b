import { type ActorRefFrom, assign, enqueueActions, fromPromise, setup } from 'xstate';
import type { Source } from '../entities/source.ts';
import { type Clock, pause } from '../io/clock.ts';
import type { Logger } from '../logger.ts';
import type { DestinationsDelta, DestinationsSnapshot, Store } from '../storage/store.ts';
import type { Peers } from './destination-context.ts';
import type { DestinationStatus } from './destination-status.ts';
import type { Mailbox } from './mailbox.ts';
import { partitionMachine } from './partition.ts';
import type { PingerEvent } from './pinger-event.ts';
import { type Reconciled, reconcile } from './reconciling.ts';
import { type RouterRef, routerLogic } from './router.ts';

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

export interface RegistryContext extends Omit<RegistryInput, 'peers'>, Reconciled {
  clock: Clock;
  /** Where destinations get their routes, and answers go. */
  router: RouterRef;
  revision: number;
  loaded: boolean;
  failing: boolean;
  retired: number;
}

/** Small enough that stopping one destination copies little, many enough for tens of thousands. */
const PARTITIONS = 256;

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
