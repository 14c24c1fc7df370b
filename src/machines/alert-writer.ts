import { type ActorRefFrom, fromPromise, setup } from 'xstate';
import type { AlertFacts } from '../alerts/alert-book.ts';
import type { AlertStore } from '../alerts/alert-store.ts';
import type { Clock } from '../io/clock.ts';
import type { Logger } from '../logger.ts';

export type AlertWriterEvent =
  /** Something has come of an alert. */
  | { type: 'alert.recorded'; facts: AlertFacts }
  /** What there is is to be written, and then there is no more. */
  | { type: 'writer.closed' };

export interface AlertWriterInput {
  store: Pick<AlertStore, 'write'>;
  clock: Clock;
  logger: Logger;
  /** Told when channels have something to tell. */
  written: () => void;
}

export interface AlertWriterContext extends AlertWriterInput {
  /** Not stored yet; mutable. */
  queue: AlertFacts[];
  failing: boolean;
}

/** What begins together is told together: so long others are waited for, ms. */
const GATHERED_FOR = 1000;

/** How long a database that takes nothing is left alone, ms. */
const BACK_OFF = 2000;

/** So much is written in one transaction. */
const MOST_AT_ONCE = 500;

/**
 * Stores what comes of alerts together with what is to be told of it, in the order in which it comes.
 *
 * idle: there is nothing. gathering: waits for what belongs together. writing. backingOff: the database takes nothing. closing: the last of it.
 */
export const alertWriterMachine = setup({
  types: {
    input: {} as AlertWriterInput,
    context: {} as AlertWriterContext,
    events: {} as AlertWriterEvent,
  },
  actors: {
    write: fromPromise<void, AlertWriterContext>(async ({ input: { store, clock, queue } }) => {
      const facts = queue.slice(0, MOST_AT_ONCE);
      if (facts.length === 0) return;
      await store.write(facts, Number(clock.wall(clock.now()) / 1_000_000n));
      queue.splice(0, facts.length);
    }),
  },
  delays: { gatheredFor: GATHERED_FOR, backOff: BACK_OFF },
  guards: { isMore: ({ context }) => context.queue.length > 0 },
  actions: {
    take: ({ context, event }) => {
      if (event.type === 'alert.recorded') context.queue.push(event.facts);
    },
    tell: ({ context }) => {
      if (context.failing) context.logger.info('alerts.stored');
      context.failing = false;
      context.written();
    },
    logFailure: ({ context }, { error }: { error: unknown }) => {
      const { failing, logger, queue } = context;
      const facts = { waiting: queue.length, error: error instanceof Error ? error.message : String(error) };
      if (!failing) logger.warn('alerts.unstored', facts);
      context.failing = true;
    },
  },
}).createMachine({
  id: 'alertWriter',
  context: ({ input }) => ({ ...input, queue: [], failing: false }),
  initial: 'idle',
  on: { 'alert.recorded': { actions: 'take' }, 'writer.closed': '.closing' },
  states: {
    idle: { on: { 'alert.recorded': { target: 'gathering', actions: 'take' } } },
    gathering: { after: { gatheredFor: 'writing' } },
    writing: {
      invoke: {
        src: 'write',
        input: ({ context }) => context,
        onDone: [
          { guard: 'isMore', target: 'writing', reenter: true, actions: 'tell' },
          { target: 'idle', actions: 'tell' },
        ],
        onError: {
          target: 'backingOff',
          actions: { type: 'logFailure', params: ({ event }) => event },
        },
      },
    },
    backingOff: { after: { backOff: 'writing' } },
    closing: {
      on: { 'writer.closed': undefined },
      invoke: {
        src: 'write',
        input: ({ context }) => context,
        onDone: [{ guard: 'isMore', target: 'closing', reenter: true }, { target: 'closed' }],
        // What is bad will still be so at the next start.
        onError: { target: 'closed', actions: { type: 'logFailure', params: ({ event }) => event } },
      },
    },
    closed: { type: 'final' },
  },
});

export type AlertWriterRef = ActorRefFrom<typeof alertWriterMachine>;
