import type { FastifyReply } from 'fastify';

/** Aborts when whoever asks has gone without waiting for the answer. */
export function gone(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}
