import { type ActorRefFrom, assign, fromPromise, setup } from 'xstate';
import type { Channel } from '../alerts/channel.ts';
import type { Groups } from '../alerts/groups.ts';
import { messageOf } from '../alerts/message.ts';
import type { Outbox, Waiting } from '../alerts/outbox.ts';
import type { Send } from '../alerts/send/send.ts';
import type { Clock } from '../io/clock.ts';
import type { Logger } from '../logger.ts';

export type AlertChannelEvent =
  /** There may be something to tell. */
  | { type: 'outbox.filled' }
  /** It leads elsewhere now. */
  | { type: 'channel.changed'; channel: Channel };

export interface AlertChannelInput {
  channel: Channel;
  sourceId: number;
  outbox: Outbox;
  groups: Groups;
  send: Send;
  clock: Clock;
  logger: Logger;
}

export interface AlertChannelContext extends AlertChannelInput {
  waiting: Waiting | undefined;
  /** Why it could not be told; undefined: it was. */
  error: string | undefined;
  /** How long it is until there is something to do, ms. */
  pause: number;
}

/** How long it is from one attempt to the next, ms: at first, and at most. */
const FIRST_PAUSE = 5000;
const LONGEST_PAUSE = 600_000;

/** So long it is tried to tell a message, ms. */
export const TRIED_FOR = 86_400_000;

/** A database that does not answer is asked again after so long, ms. */
const ASK_AGAIN = 5000;

const wall = (clock: Clock): number => Number(clock.wall(clock.now()) / 1_000_000n);

/**
 * Tells one channel what is in the outbox for it, put together to messages, one after the other, until each has arrived or a day has passed.
 *
 * looking: is there anything to tell now? idle: there is not. waiting: there will be. sending, noting: what came of it is written down, so
 * that a message that has arrived is told again only when the process dies in between.
 */
export const alertChannelMachine = setup({
  types: {
    input: {} as AlertChannelInput,
    context: {} as AlertChannelContext,
    events: {} as AlertChannelEvent,
  },
  actors: {
    look: fromPromise<Waiting | number | undefined, AlertChannelContext>(
      async ({ input: { outbox, groups, channel, sourceId, clock } }) => {
        const query = { channelId: channel.id, sourceId };
        let later = Number.POSITIVE_INFINITY;
        for (const each of await outbox.gathered(query)) {
          const pause = groups.pause(channel, each, { wall: wall(clock), now: clock.now() });
          if (pause > 0) {
            later = Math.min(later, wall(clock) + pause);
            continue;
          }
          await outbox.claim({ ...query, ruleId: each.rule_id });
          groups.claimed(each.rule_id, clock.now());
        }
        const next = await outbox.next({ ...query, now: wall(clock), most: channel.settings.max_events });
        if (typeof next === 'object') return next;
        const at = Math.min(later, next ?? later);
        return at === Number.POSITIVE_INFINITY ? undefined : at;
      },
    ),
    send: fromPromise<void, AlertChannelContext>(async ({ input: { waiting, channel, send }, signal }) => {
      if (waiting) await send(channel, messageOf(waiting, channel.name), signal);
    }),
    note: fromPromise<void, AlertChannelContext>(async ({ input }) => {
      const { waiting, channel, error, outbox, clock } = input;
      if (!waiting) return;
      const at = wall(clock);
      const nextTry = at + Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** waiting.attempts);
      await outbox.note({
        message: waiting.message,
        channelId: channel.id,
        at,
        error,
        nextTry: error !== undefined && nextTry - waiting.created <= TRIED_FOR ? nextTry : undefined,
      });
    }),
    /** What has failed is tried again at once, since it leads elsewhere now. */
    hasten: fromPromise<void, AlertChannelContext>(({ input: { outbox, channel, sourceId, clock } }) =>
      outbox.hasten({ channelId: channel.id, sourceId, now: wall(clock) }),
    ),
  },
  delays: { pause: ({ context }) => context.pause, askAgain: ASK_AGAIN },
  guards: {
    isMessage: (_, { output }: { output: Waiting | number | undefined }) => typeof output === 'object',
    isLater: (_, { output }: { output: Waiting | number | undefined }) => typeof output === 'number',
  },
  actions: {
    takeMessage: assign((_, { output }: { output: Waiting | number | undefined }) => ({
      waiting: typeof output === 'object' ? output : undefined,
    })),
    takeMoment: assign(({ context: { clock } }, { output }: { output: Waiting | number | undefined }) => ({
      // One that waits for another message is due already.
      pause: Math.min(LONGEST_PAUSE, Math.max(1000, Number(output) - wall(clock))),
    })),
    takeChannel: assign(({ event }) => (event.type === 'channel.changed' ? { channel: event.channel } : {})),
    logFailure: ({ context: { logger, channel, waiting } }, { error }: { error: unknown }) => {
      const facts = { channel: channel.name, error: error instanceof Error ? error.message : String(error) };
      if ((waiting?.attempts ?? 0) === 0) logger.warn('alert.undelivered', facts);
      else logger.debug('alert.undelivered', facts);
    },
  },
}).createMachine({
  id: 'alertChannel',
  context: ({ input }) => ({ ...input, waiting: undefined, error: undefined, pause: 0 }),
  initial: 'looking',
  on: { 'channel.changed': { actions: 'takeChannel' } },
  states: {
    looking: {
      on: { 'outbox.filled': { target: 'looking', reenter: true } },
      invoke: {
        src: 'look',
        input: ({ context }) => context,
        onDone: [
          {
            guard: { type: 'isMessage', params: ({ event }) => event },
            target: 'sending',
            actions: { type: 'takeMessage', params: ({ event }) => event },
          },
          {
            guard: { type: 'isLater', params: ({ event }) => event },
            target: 'waiting',
            actions: { type: 'takeMoment', params: ({ event }) => event },
          },
          { target: 'idle' },
        ],
        onError: { target: 'waiting', actions: assign({ pause: ASK_AGAIN }) },
      },
    },
    idle: {
      on: { 'outbox.filled': 'looking', 'channel.changed': { actions: 'takeChannel' } },
    },
    waiting: {
      after: { pause: 'looking' },
      on: {
        'outbox.filled': 'looking',
        'channel.changed': { target: 'hastening', actions: 'takeChannel' },
      },
    },
    hastening: {
      invoke: { src: 'hasten', input: ({ context }) => context, onDone: 'looking', onError: 'looking' },
    },
    sending: {
      invoke: {
        src: 'send',
        input: ({ context }) => context,
        onDone: { target: 'noting', actions: assign({ error: undefined }) },
        onError: {
          target: 'noting',
          actions: [
            { type: 'logFailure', params: ({ event }) => event },
            assign({ error: ({ event }) => oneLine(event.error) }),
          ],
        },
      },
    },
    noting: {
      invoke: {
        src: 'note',
        input: ({ context }) => context,
        onDone: 'looking',
        onError: 'unnoted',
      },
    },
    unnoted: { after: { askAgain: 'noting' } },
  },
});

export type AlertChannelRef = ActorRefFrom<typeof alertChannelMachine>;

const oneLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/[\s\p{Cc}]+/gu, ' ').slice(0, 500);
