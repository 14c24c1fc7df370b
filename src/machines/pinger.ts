import { assign, fromPromise, setup } from 'xstate';
import type { Meters } from '../counters.ts';
import type { Clock } from '../io/clock.ts';
import type { NameResolver } from '../io/resolver.ts';
import type { Transport } from '../io/transport.ts';
import type { Logger } from '../logger.ts';
import type { LocalConditions } from '../probing/local-conditions.ts';
import type { Spill } from '../storage/spill.ts';
import type { NewDestination, NewResult, Store } from '../storage/store.ts';
import type { DestinationStatus } from './destination-status.ts';
import { flatLogic } from './flat-logic.ts';
import { Door, type Mailbox } from './mailbox.ts';
import type { PingerEvent } from './pinger-event.ts';
import { type Prepared, prepare } from './preparing.ts';
import { type PresenceEvent, presenceLogic } from './presence.ts';
import { type RecorderRef, recorderMachine } from './recorder.ts';
import { type RegistryRef, registryMachine } from './registry.ts';
import { type ResolverRef, resolverLogic } from './resolver.ts';
import type { RouterEvent } from './router.ts';
import { type SocketRef, socketMachine } from './socket.ts';
import { type TickerEvent, type TickerRef, tickerLogic } from './ticker.ts';

/** What a pinger is told of while it runs. */
export interface Listeners {
  result(result: NewResult): void;
  destination(status: DestinationStatus): void;
}

export interface PingerInput {
  store: Store;
  transport: Transport;
  clock: Clock;
  resolver: NameResolver;
  logger: Logger;
  meters: Meters;
  conditions: LocalConditions;
  /** Whole numbers of 32 bits, for nonces. */
  random: () => number;
  listeners: Listeners;
  /** How long a result waits at most before it is written, ms. */
  flushDelay: number;
  /** At the end, how long an answer is waited for, whatever its timeout, ms. */
  lastAnswers: number;
  /** Name of this host's row in sources. */
  sourceName: string;
  /** Names what this process writes; no other process may have had it. */
  writer: string;
  /** Where results wait for a database that takes none; undefined for memory alone. */
  spill: Spill | undefined;
  /** Added where the table does not have them yet. */
  destinations: NewDestination[];
  /** Added where the table has no row at all. */
  firstDestinations: NewDestination[];
}

export interface PingerContext extends PingerInput {
  prepared: Prepared | undefined;
  ticker: TickerRef | undefined;
  socket: SocketRef | undefined;
  resolverRef: ResolverRef | undefined;
  recorder: RecorderRef | undefined;
  presence: Mailbox<PresenceEvent> | undefined;
  registry: RegistryRef | undefined;
  error: unknown;
}

/** The root: starts everything in order, and ends it in order. */
export const pingerMachine = setup({
  types: {
    input: {} as PingerInput,
    context: {} as PingerContext,
    events: {} as PingerEvent,
    output: {} as { error: unknown },
  },
  actors: {
    ticker: tickerLogic,
    resolver: resolverLogic,
    socket: flatLogic(socketMachine),
    recorder: recorderMachine,
    presence: presenceLogic,
    registry: registryMachine,
    prepare,
    close: fromPromise<void, Store>(({ input }) => input.close()),
  },
  delays: { lastAnswers: ({ context }) => context.lastAnswers },
  actions: {
    openSocket: assign(({ context, spawn, self }) => {
      const { transport, meters, conditions, logger } = context;
      // The registry exists before the first probe, and so before the first answer to one.
      const router = () => self.getSnapshot().context.registry?.getSnapshot().context.router ?? NOBODY;
      return {
        socket: spawn('socket', {
          id: 'socket',
          input: { transport, meters, conditions, logger, router, pinger: self },
        }),
      };
    }),
    spawnAll: assign(({ context, spawn, self }) => {
      const {
        store,
        clock,
        resolver,
        logger,
        meters,
        conditions,
        random,
        listeners,
        flushDelay,
        writer,
        prepared,
        socket,
      } = context;
      if (!prepared || !socket) return {};
      const { source, lastSeen, spill } = prepared;
      const door = new Door<TickerEvent>();
      const ticker = spawn('ticker', { id: 'ticker', input: { door, clock, meters, conditions } });
      const resolverRef = spawn('resolver', { id: 'resolver', input: { clock, logger, resolver } });
      const recorder = spawn('recorder', {
        id: 'recorder',
        input: {
          store,
          source,
          clock,
          writer,
          spill,
          meters,
          logger,
          listener: listeners.result,
          flushDelay,
        },
      });
      const presence = spawn('presence', {
        id: 'presence',
        input: { store, source, clock, meters, logger, lastSeen },
      });
      conditions.onGap((gap) => presence.send({ type: 'gap.noticed', gap }));
      const { outbox } = socket.getSnapshot().context;
      const { intake } = recorder.getSnapshot().context;
      const peers = {
        clock,
        random,
        meters,
        conditions,
        ticker: door,
        outbox,
        resolver: resolverRef,
        intake,
      };
      const registry = spawn('registry', {
        id: 'registry',
        input: { store, source, logger, peers, pinger: self, listener: listeners.destination },
      });
      return { ticker, resolverRef, recorder, presence, registry };
    }),
    retire: ({ context }) => context.registry?.send({ type: 'registry.retired' }),
    abandon: ({ context }) => {
      // First the socket: what it has not sent by now comes back, and nobody answers any more.
      context.socket?.send({ type: 'socket.closed' });
      context.registry?.send({ type: 'registry.abandoned' });
    },
    closeSocket: ({ context }) => context.socket?.send({ type: 'socket.closed' }),
    tellRecorder: ({ context, event }) => {
      if (event.type === 'database.answered') context.recorder?.send(event);
    },
    closeRecorder: ({ context }) => context.recorder?.send({ type: 'recorder.closed' }),
    closePresence: ({ context: { conditions, presence } }) => {
      conditions.end();
      presence?.send({ type: 'presence.closed' });
    },
    logState: ({ context: { logger } }, { state }: { state: string }) => logger.info(`pinger.${state}`),
  },
}).createMachine({
  id: 'pinger',
  context: ({ input }) => ({
    ...input,
    prepared: undefined,
    ticker: undefined,
    socket: undefined,
    resolverRef: undefined,
    recorder: undefined,
    presence: undefined,
    registry: undefined,
    error: undefined,
  }),
  initial: 'starting',
  on: {
    'database.answered': { actions: 'tellRecorder' },
    'xstate.error.actor.registry': {
      target: '.stopping.recording',
      actions: assign({ error: ({ event }) => event.error }),
    },
    'xstate.error.actor.recorder': {
      target: '.stopping.closing',
      actions: assign({ error: ({ event }) => event.error }),
    },
  },
  states: {
    starting: {
      initial: 'opening',
      on: {
        'pinger.stopped': 'stopping.closing',
        'socket.failed': {
          target: 'stopping.closing',
          actions: assign({ error: ({ event }) => event.error }),
        },
      },
      states: {
        // The socket first: without the privilege for it, no database is made.
        opening: { entry: 'openSocket', on: { 'socket.opened': 'preparing' } },
        preparing: {
          invoke: {
            src: 'prepare',
            input: ({ context }) => context,
            onDone: {
              target: 'loading',
              actions: [assign({ prepared: ({ event }) => event.output }), 'spawnAll'],
            },
            onError: {
              target: '#pinger.stopping.closing',
              actions: assign({ error: ({ event }) => event.error }),
            },
          },
        },
        loading: { on: { 'registry.loaded': '#pinger.running' } },
      },
    },
    running: {
      entry: { type: 'logState', params: { state: 'running' } },
      on: { 'pinger.stopped': 'stopping' },
    },
    stopping: {
      initial: 'retiring',
      entry: { type: 'logState', params: { state: 'stopping' } },
      states: {
        retiring: {
          entry: 'retire',
          after: { lastAnswers: { actions: 'abandon' } },
          on: { 'xstate.done.actor.registry': 'recording' },
        },
        recording: {
          entry: ['closeSocket', 'closeRecorder'],
          on: { 'xstate.done.actor.recorder': 'closing' },
        },
        closing: {
          // Whatever is noted by now is stored before the database closes.
          entry: ['closeSocket', 'closePresence'],
          invoke: {
            src: 'close',
            input: ({ context }) => context.store,
            onDone: '#pinger.stopped',
            onError: '#pinger.stopped',
          },
        },
      },
    },
    stopped: { type: 'final', entry: { type: 'logState', params: { state: 'stopped' } } },
  },
  output: ({ context }) => ({ error: context.error }),
});

/** Who gets the answers to what an earlier process sent. */
const NOBODY: Mailbox<RouterEvent> = { send() {} };
