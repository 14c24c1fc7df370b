import { assign, type EventObject, enqueueActions, fromCallback, fromPromise, setup } from 'xstate';
import type { AlertFacts } from '../alerts/alert-book.ts';
import type { AlertStore } from '../alerts/alert-store.ts';
import type { AlertWatch } from '../alerts/alert-watch.ts';
import type { Channel } from '../alerts/channel.ts';
import type { AlertConfig } from '../alerts/config.ts';
import { Groups } from '../alerts/groups.ts';
import type { Outbox } from '../alerts/outbox.ts';
import type { Send } from '../alerts/send/send.ts';
import { LOOKED_EVERY } from '../alerts/silence-watch.ts';
import { type Clock, type ClockTimer, pause } from '../io/clock.ts';
import type { Logger } from '../logger.ts';
import { type AlertChannelRef, alertChannelMachine } from './alert-channel.ts';
import { type AlertWriterRef, alertWriterMachine } from './alert-writer.ts';

export type AlertsEvent =
  | { type: 'alert.recorded'; facts: AlertFacts }
  /** Something is to be told. */
  | { type: 'outbox.filled' }
  | { type: 'alerts.closed' }
  | { type: 'xstate.done.actor.writer' };

export interface AlertsInput {
  store: AlertStore;
  outbox: Outbox;
  watch: AlertWatch;
  send: Send;
  sourceId: number;
  clock: Clock;
  logger: Logger;
  /** How often it is asked whether tables have been edited, ms. */
  pollDelay: number;
  /** Counts edits, where somebody knows of all of them. */
  edits: (() => number) | undefined;
}

export interface AlertsContext extends AlertsInput {
  writer: AlertWriterRef;
  channels: Map<number, AlertChannelRef>;
  revision: string;
  restored: boolean;
  failing: boolean;
  /** Rows that are known to be wrong: each is told once. */
  problems: Set<string>;
}

/** How often maintenances, and whether anybody answers at all, are looked at, ms. */
const LOOK_EVERY = 1000;

/** A database that does not answer is asked again after so long, ms. */
const ASK_AGAIN = 2000;

/**
 * Has rules watched as tables say, and what they find told.
 *
 * loading: reads the tables. restoring: goes on with what an earlier process has found. watching: waits for edits. reloading: the database
 * did not answer. closing: what has been found is stored.
 */
export const alertsMachine = setup({
  types: {
    input: {} as AlertsInput,
    context: {} as AlertsContext,
    events: {} as AlertsEvent,
  },
  actors: {
    writer: alertWriterMachine,
    channel: alertChannelMachine,
    looker: fromCallback<EventObject, { clock: Clock; watch: AlertWatch }>(({ input: { clock, watch } }) => {
      let timer: ClockTimer;
      const look = () => {
        watch.look();
        timer = clock.setTimer(clock.now() + LOOK_EVERY, look);
      };
      timer = clock.setTimer(clock.now() + LOOK_EVERY, look);
      return () => timer.cancel();
    }),
    listener: fromCallback<EventObject, Pick<AlertsInput, 'clock' | 'watch' | 'store'>>(
      ({ input: { clock, watch, store } }) => {
        let timer: ClockTimer;
        const plan = () => {
          timer = clock.setTimer(clock.now() + LOOKED_EVERY, listen);
        };
        const listen = () => {
          if (!watch.silence.isWanted) return plan();
          // A database that does not answer says nothing of anybody.
          store
            .signs()
            .then((signs) => watch.silence.take(signs))
            .catch(() => undefined)
            .finally(plan);
        };
        plan();
        return () => timer.cancel();
      },
    ),
    load: fromPromise<AlertConfig, { store: AlertStore; watch: AlertWatch }>(
      async ({ input: { store, watch } }) => {
        const config = await store.config();
        await watch.configure(config);
        return config;
      },
    ),
    restore: fromPromise<void, AlertsContext>(async ({ input: { store, watch, sourceId } }) => {
      const alerts = await store.open(sourceId);
      watch.restore(alerts.filter(({ metric }) => metric !== 'silence'));
      const silent = alerts.filter(({ metric }) => metric === 'silence');
      if (silent.length > 0) watch.silence.restore(silent, await store.signs());
    }),
    dropOrphans: fromPromise<void, { outbox: Outbox }>(({ input }) => input.outbox.dropOrphans()),
    awaitEdits: fromPromise<void, AlertsContext>(
      async ({ input: { store, clock, revision, pollDelay, edits }, signal }) => {
        let known: number | undefined;
        const isEdited = async () => {
          const count = edits?.();
          if (count !== undefined && count === known) return false;
          known = count;
          return (await store.revision()) !== revision;
        };
        do await pause(clock, pollDelay, signal);
        while (!signal.aborted && !(await isEdited()));
      },
    ),
  },
  delays: { askAgain: ASK_AGAIN },
  guards: { isRestored: ({ context }) => context.restored },
  actions: {
    write: ({ context: { writer }, event }) => {
      if (event.type === 'alert.recorded') writer.send(event);
    },
    tellChannels: ({ context: { channels } }) => {
      for (const channel of channels.values()) channel.send({ type: 'outbox.filled' });
    },
    followChannels: enqueueActions(({ context, enqueue }, { output }: { output: AlertConfig }) => {
      const { channels, sourceId, outbox, send, clock, logger } = context;
      const changed = new Map<number, Channel>(output.channels);
      for (const [id, ref] of channels) {
        const channel = output.channels.get(id);
        if (!channel) {
          enqueue.stopChild(ref);
          channels.delete(id);
        } else if (JSON.stringify(channel) !== JSON.stringify(ref.getSnapshot().context.channel))
          ref.send({ type: 'channel.changed', channel });
        changed.delete(id);
      }
      enqueue.assign(({ spawn }) => {
        for (const [id, channel] of changed)
          channels.set(
            id,
            spawn('channel', {
              id: `channel.${id}`,
              input: { channel, sourceId, outbox, groups: new Groups(), send, clock, logger },
            }),
          );
        return {};
      });
    }),
    logProblems: ({ context: { problems, logger } }, { output }: { output: AlertConfig }) => {
      const told = new Set(problems);
      problems.clear();
      for (const { table, id, problem } of output.problems) {
        const key = `${table} ${id} ${problem}`;
        problems.add(key);
        if (!told.has(key)) logger.warn('alerts.invalid', { table, id, problem });
      }
    },
    logFailure: ({ context: { failing, logger } }, { error }: { error: unknown }) => {
      if (!failing) logger.warn('alerts.unread', { error: String(error) });
    },
    stopWatching: ({ context: { watch, writer } }) => {
      watch.close();
      writer.send({ type: 'writer.closed' });
    },
  },
}).createMachine({
  id: 'alerts',
  context: ({ input, spawn, self }) => ({
    ...input,
    writer: spawn('writer', {
      id: 'writer',
      input: {
        store: input.store,
        clock: input.clock,
        logger: input.logger,
        written: () => self.send({ type: 'outbox.filled' }),
      },
    }),
    channels: new Map(),
    revision: '',
    restored: false,
    failing: false,
    problems: new Set(),
  }),
  initial: 'running',
  states: {
    running: {
      invoke: [
        { src: 'looker', input: ({ context: { clock, watch } }) => ({ clock, watch }) },
        { src: 'listener', input: ({ context: { clock, watch, store } }) => ({ clock, watch, store }) },
      ],
      initial: 'loading',
      on: {
        'alert.recorded': { actions: 'write' },
        'outbox.filled': { actions: 'tellChannels' },
        'alerts.closed': 'closing',
      },
      states: {
        loading: {
          invoke: {
            src: 'load',
            input: ({ context: { store, watch } }) => ({ store, watch }),
            onDone: {
              target: 'loaded',
              actions: [
                { type: 'followChannels', params: ({ event }) => event },
                { type: 'logProblems', params: ({ event }) => event },
                assign({ revision: ({ event }) => event.output.revision, failing: false }),
              ],
            },
            onError: {
              target: 'reloading',
              actions: [{ type: 'logFailure', params: ({ event }) => event }, assign({ failing: true })],
            },
          },
        },
        loaded: { always: [{ guard: 'isRestored', target: 'tidying' }, { target: 'restoring' }] },
        restoring: {
          invoke: {
            src: 'restore',
            input: ({ context }) => context,
            onDone: { target: 'tidying', actions: assign({ restored: true }) },
            onError: 'reloading',
          },
        },
        tidying: {
          invoke: {
            src: 'dropOrphans',
            input: ({ context: { outbox } }) => ({ outbox }),
            onDone: 'watching',
            onError: 'watching',
          },
        },
        watching: {
          invoke: {
            src: 'awaitEdits',
            input: ({ context }) => context,
            onDone: 'loading',
            onError: 'reloading',
          },
        },
        reloading: { after: { askAgain: 'loading' } },
      },
    },
    closing: {
      entry: 'stopWatching',
      on: { 'xstate.done.actor.writer': 'closed' },
    },
    closed: { type: 'final' },
  },
});
