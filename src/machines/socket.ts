import { type ActorRefFrom, assign, setup } from 'xstate';
import type { Meters } from '../counters.ts';
import type { Answer } from '../io/packet/answer.ts';
import { decode } from '../io/packet/decode.ts';
import { type ReceivedPacket, type Transport, TransportError } from '../io/transport.ts';
import type { Logger } from '../logger.ts';
import { encodeProbe } from '../probing/encoding.ts';
import type { Probe } from '../probing/flight.ts';
import type { LocalConditions } from '../probing/local-conditions.ts';
import { Door, type Mailbox } from './mailbox.ts';
import { type Handed, type OutboxEvent, type OutboxFlushed, outboxLogic } from './outbox.ts';
import type { PingerEvent } from './pinger-event.ts';
import type { RouterEvent } from './router.ts';

export type SocketEvent =
  | OutboxFlushed
  | { type: 'transport.opened' }
  | { type: 'transport.failed'; error: TransportError }
  | { type: 'socket.closed' };

export interface SocketInput {
  transport: Transport;
  meters: Meters;
  conditions: LocalConditions;
  logger: Logger;
  router: () => Mailbox<RouterEvent>;
  pinger: Mailbox<PingerEvent>;
}

export interface SocketContext extends SocketInput {
  /** Where destinations hand over their probes. */
  outbox: Mailbox<OutboxEvent>;
  /** Whether it has been open before. */
  opened: boolean;
}

/** Owns the transport: batches out, batches in. */
export const socketMachine = setup({
  types: {
    input: {} as SocketInput,
    context: {} as SocketContext,
    events: {} as SocketEvent,
  },
  actors: { outbox: outboxLogic },
  delays: { reopenDelay: 1000 },
  guards: {
    opened: ({ context }) => context.opened,
  },
  actions: {
    open: ({ context: { transport, meters, logger, router }, self }) => {
      try {
        transport.open({
          received: (packets) => {
            const answers = decodeAll(packets, meters);
            if (answers.length > 0) router().send({ type: 'answers.received', answers });
          },
          noticed: (notice) => logger.warn('socket.noticed', { notice }),
          failed: (error) => self.send({ type: 'transport.failed', error: asTransportError(error) }),
        });
        self.send({ type: 'transport.opened' });
      } catch (error) {
        self.send({ type: 'transport.failed', error: asTransportError(error) });
      }
    },
    close: ({ context: { transport } }) => transport.close(),
    noteClosed: ({ context: { conditions } }) => conditions.socketClosed(),
    noteOpened: ({ context: { conditions } }) => conditions.socketOpened(),
    tellOpened: ({ context: { pinger } }) => pinger.send({ type: 'socket.opened' }),
    tellFailed: ({ context: { pinger } }, { error }: { error: TransportError }) =>
      pinger.send({ type: 'socket.failed', error }),
    logFailure: ({ context: { logger } }, { error }: { error: TransportError }) =>
      logger.error('socket.failed', { code: error.code, message: error.message }),
    logReopened: ({ context: { logger } }) => logger.info('socket.opened'),
    send: ({ context: { transport, meters, conditions } }, { handed }: { handed: Handed[] }) => {
      transport.send(
        handed.map(({ probe }) => packetOf(probe)),
        (index, outcome) => {
          const { owner, probe } = handed[index] as Handed;
          if ('error' in outcome) {
            conditions.unsent(outcome.error.code);
            owner.send({ type: 'probe.unsent', probe, error: outcome.error });
          } else {
            conditions.sent(outcome.sentAt);
            meters.lateness.add(Math.max(0, outcome.sentAt - probe.sentAt));
            owner.send({ type: 'probe.sent', probe, sentAt: outcome.sentAt });
          }
        },
      );
    },
    bounce: ({ context: { conditions } }, { handed }: { handed: Handed[] }) => {
      for (const { owner, probe } of handed) {
        conditions.unsent(CLOSED.code);
        owner.send({ type: 'probe.unsent', probe, error: CLOSED });
      }
    },
  },
}).createMachine({
  id: 'socket',
  context: ({ input, spawn }) => {
    const outbox = new Door<OutboxEvent>();
    spawn('outbox', { id: 'outbox', input: outbox });
    return { ...input, outbox, opened: false };
  },
  initial: 'opening',
  on: {
    'socket.closed': '.closed',
    'outbox.flushed': { actions: { type: 'bounce', params: ({ event }) => event } },
  },
  states: {
    opening: {
      entry: 'open',
      on: {
        'transport.opened': [
          { guard: 'opened', target: 'open', actions: ['noteOpened', 'logReopened'] },
          { target: 'open', actions: [assign({ opened: true }), 'tellOpened'] },
        ],
        'transport.failed': [
          { guard: 'opened', target: 'reopening' },
          { target: 'closed', actions: { type: 'tellFailed', params: ({ event }) => event } },
        ],
      },
    },
    open: {
      on: {
        'outbox.flushed': { actions: { type: 'send', params: ({ event }) => event } },
        'transport.failed': {
          target: 'reopening',
          actions: { type: 'logFailure', params: ({ event }) => event },
        },
      },
    },
    reopening: {
      entry: ['close', 'noteClosed'],
      after: { reopenDelay: 'opening' },
    },
    // Not final: what is handed over now still has to come back.
    closed: { entry: 'close' },
  },
});

export type SocketRef = ActorRefFrom<typeof socketMachine>;

const CLOSED = new TransportError('ENOTCONN', 'the socket is not open');

const asTransportError = (error: unknown): TransportError =>
  error instanceof TransportError
    ? error
    : new TransportError('EUNKNOWN', error instanceof Error ? error.message : String(error));

function packetOf(probe: Probe) {
  const { route, settings } = probe;
  const { address, protocol } = route;
  return {
    family: settings.family,
    protocol,
    address,
    ttl: settings.ttl,
    bytes: encodeProbe(probe),
    memo: route,
  };
}

function decodeAll(packets: ReceivedPacket[], meters: Meters): Answer[] {
  const answers: Answer[] = [];
  for (const packet of packets) {
    const answer = decode(packet);
    if (answer) answers.push(answer);
    else meters.ignored++;
  }
  return answers;
}
