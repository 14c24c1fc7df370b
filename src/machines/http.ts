import { assign, fromPromise, setup } from 'xstate';
import type { Logger } from '../logger.ts';

/** A server that can listen once. */
export interface Listening {
  /** Resolves with the URL at which it listens. Rejects with the system's error. */
  listen(): Promise<string>;
  close(): Promise<void>;
}

export type HttpEvent = { type: 'http.opened' } | { type: 'http.closed' };

export interface HttpInput {
  server: Listening;
  logger: Logger;
}

export interface HttpContext extends HttpInput {
  /** Where it listens. */
  url: string | undefined;
  /** Why it does not. */
  error: unknown;
}

/**
 * Serves the page and the API while the monitor runs.
 *
 * idle: waits for the monitor to start. opening: asks for the address. listening: answers requests. closing: lets those under way come to their end.
 */
export const httpMachine = setup({
  types: { input: {} as HttpInput, context: {} as HttpContext, events: {} as HttpEvent },
  actors: {
    listen: fromPromise<string, Listening>(({ input }) => input.listen()),
    close: fromPromise<void, Listening>(({ input }) => input.close()),
  },
}).createMachine({
  id: 'http',
  context: ({ input }) => ({ ...input, url: undefined, error: undefined }),
  initial: 'idle',
  states: {
    idle: { on: { 'http.opened': 'opening', 'http.closed': 'closing' } },
    opening: {
      on: { 'http.closed': 'closing' },
      invoke: {
        src: 'listen',
        input: ({ context }) => context.server,
        onDone: { target: 'listening', actions: assign({ url: ({ event }) => event.output }) },
        onError: { target: 'closing', actions: assign({ error: ({ event }) => event.error }) },
      },
    },
    listening: {
      entry: ({ context: { logger, url } }) => logger.info('http.listening', { url }),
      on: { 'http.closed': 'closing' },
    },
    closing: {
      invoke: { src: 'close', input: ({ context }) => context.server, onDone: 'closed', onError: 'closed' },
    },
    closed: { type: 'final' },
  },
});
