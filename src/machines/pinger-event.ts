import type { TransportError } from '../io/transport.ts';

/** What the root hears. */
export type PingerEvent =
  | { type: 'socket.opened' }
  | { type: 'socket.failed'; error: TransportError }
  | { type: 'registry.loaded' }
  /** The database has answered the registry after it had not. */
  | { type: 'database.answered' }
  /** End: probe no more, wait a moment for answers, write everything. */
  | { type: 'pinger.stopped' }
  | { type: 'xstate.done.actor.registry' | 'xstate.done.actor.recorder' }
  | { type: 'xstate.error.actor.registry' | 'xstate.error.actor.recorder'; error: unknown };
