import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../../logger.ts';
import { DatabaseError } from '../../storage/store.ts';
import type { App } from '../context.ts';

/** How often it is looked whether who is being answered still may ask, ms. */
const EVERY = 10_000;

export interface OpenAnswersOptions {
  mayStill: (request: FastifyRequest) => Promise<boolean>;
  logger: Logger;
}

/** Answers that go on, as streams of events do: for as long as who asked for them may. */
export class OpenAnswers {
  readonly #open = new Map<FastifyReply, FastifyRequest>();
  readonly #options: OpenAnswersOptions;

  constructor(app: App, options: OpenAnswersOptions) {
    this.#options = options;
    const timer = setInterval(() => void this.#look(), EVERY);
    timer.unref();
    app.addHook('onClose', async () => clearInterval(timer));
  }

  add(request: FastifyRequest, reply: FastifyReply): void {
    this.#open.set(reply, request);
    reply.raw.once('close', () => this.#open.delete(reply));
  }

  async #look(): Promise<void> {
    const { mayStill, logger } = this.#options;
    for (const [reply, request] of [...this.#open]) {
      try {
        if (!(await mayStill(request))) reply.raw.destroy();
      } catch (error) {
        // A database that is away takes nothing away from anybody.
        if (error instanceof DatabaseError) continue;
        logger.error('http.failed', { path: request.routeOptions.url, error: String(error) });
        reply.raw.destroy();
      }
    }
  }
}
