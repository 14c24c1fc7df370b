import rateLimit from '@fastify/rate-limit';
import type { App } from '../context.ts';
import { ProblemError } from '../problems.ts';

/** Requests of one address in a minute: fifty pages that are loaded and looked at are some 100 a second. */
const REQUESTS = 30_000;

/** Attempts to sign in from one address in a minute. */
const FROM_ONE_ADDRESS = 10;

/** Attempts with one name in ten minutes, from wherever. */
const WITH_ONE_NAME = 20;

/** Addresses and names that are kept in mind. */
const KEPT = 5000;

/** Keeps anybody from asking for too much. */
export async function limitRequests(app: App): Promise<void> {
  await app.register(rateLimit, {
    max: REQUESTS,
    timeWindow: 60_000,
    cache: KEPT,
    addHeadersOnExceeding: NONE,
    addHeaders: NONE,
    errorResponseBuilder: (_, { ttl }) => tooMany('too many requests', ttl),
  });
  // A route of its own has what is not found.
  const limited = app.rateLimit();
  app.addHook('onRequest', async (request, reply) => {
    if (request.is404) await limited.call(app, request, reply);
  });
}

const NONE = {
  'x-ratelimit-limit': false,
  'x-ratelimit-remaining': false,
  'x-ratelimit-reset': false,
  'retry-after': false,
};

/** `wait`: ms. */
export const tooMany = (what: string, wait: number): ProblemError => {
  const seconds = Math.max(1, Math.ceil(wait / 1000));
  return new ProblemError(429, `${what}: try again in ${seconds} s`, {
    headers: { 'retry-after': String(seconds) },
  });
};

/** Counts attempts to sign in. `attempted` throws a ProblemError where there have been too many. */
export class SignInLimits {
  readonly #limits;

  constructor(app: App) {
    this.#limits = [
      app.createRateLimit({ max: FROM_ONE_ADDRESS, timeWindow: 60_000 }),
      app.createRateLimit({
        max: WITH_ONE_NAME,
        timeWindow: 600_000,
        keyGenerator: ({ body }) => `name ${(body as { name: string }).name}`,
      }),
    ];
  }

  async attempted(request: Parameters<ReturnType<App['createRateLimit']>>[0]): Promise<void> {
    for (const limit of this.#limits) {
      const state = await limit(request);
      if (!state.isAllowed && state.isExceeded) throw tooMany('too many attempts to sign in', state.ttl);
    }
  }
}
