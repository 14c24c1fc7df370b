import type { FastifyReply, FastifyRequest } from 'fastify';
import { SESSION_LIFE } from '../../access/credentials.ts';

const NAME = 'pinger_session';

/** Longer than a secret is, and not so long that hashing it takes time. */
const LONGEST = 100;

/** Not for scripts, and only where the page itself asks. */
const attributes = ({ protocol }: FastifyRequest) =>
  ({ path: '/', httpOnly: true, sameSite: 'strict', secure: protocol === 'https' }) as const;

/** What a browser shows that has signed in. */
export function sessionSecret({ cookies }: FastifyRequest): string | undefined {
  const secret = cookies[NAME];
  return secret !== undefined && secret !== '' && secret.length <= LONGEST ? secret : undefined;
}

export const keepSession = (request: FastifyRequest, reply: FastifyReply, secret: string): void =>
  void reply.setCookie(NAME, secret, { ...attributes(request), maxAge: SESSION_LIFE / 1000 });

export const dropSession = (request: FastifyRequest, reply: FastifyReply): void =>
  void reply.clearCookie(NAME, attributes(request));
