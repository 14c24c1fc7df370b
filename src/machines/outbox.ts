import { type EventObject, fromCallback } from 'xstate';
import type { Probe } from '../probing/flight.ts';
import type { DestinationEvent } from './destination-context.ts';
import type { Door, Mailbox } from './mailbox.ts';

/** A probe to be sent, and who wants to know when it was. */
export interface Handed {
  owner: Mailbox<DestinationEvent>;
  probe: Probe;
}

export type OutboxEvent = { type: 'probe.handed' } & Handed;

/** What it tells the socket. */
export type OutboxFlushed = { type: 'outbox.flushed'; handed: Handed[] };

/** What waits for it comes at the end of the turn, as with queueMicrotask, which was *measured* at 0.5 µs more. */
const SETTLED = Promise.resolve();

/** Collects what falls due in one turn of the event loop into one batch for the socket. */
export const outboxLogic = fromCallback<EventObject, Door<OutboxEvent>>(({ input: door, sendBack }) => {
  let waiting: Handed[] = [];
  const flush = () => {
    const handed = waiting;
    waiting = [];
    sendBack({ type: 'outbox.flushed', handed } satisfies OutboxFlushed);
  };
  door.leadTo(({ owner, probe }) => {
    if (waiting.push({ owner, probe }) === 1) SETTLED.then(flush);
  });
});
