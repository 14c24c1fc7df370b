import type { FastifyInstance } from 'fastify';

/** Who takes nothing of an answer for so long is let go, ms: what waits for him takes memory. */
const LONGEST_PAUSE = 30_000;

/** Ends answers that are not read. */
export function letGoWhoStalls(app: FastifyInstance, { longestPause = LONGEST_PAUSE } = {}): void {
  app.addHook('onSend', (_, { raw }, payload, done) => {
    raw.setTimeout(longestPause, () => raw.destroy());
    done(null, payload);
  });
}
