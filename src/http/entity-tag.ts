import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError } from './problems.ts';

/** What a row is known by as it is: https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3 */
const tagOf = (body: object): string =>
  `"${createHash('sha256').update(JSON.stringify(body)).digest('base64url').slice(0, 22)}"`;

/** Answers with a row and its tag. */
export function tagged<Body extends object>(reply: FastifyReply, body: Body): Body {
  reply.header('etag', tagOf(body));
  return body;
}

/** Throws ProblemError where a row is not any more what the request says in If-Match: who has read it before somebody else's change. */
export function checkMatch({ headers }: FastifyRequest, body: object): void {
  const given = headers['if-match'];
  if (given === undefined || given.trim() === '*') return;
  const tag = tagOf(body);
  if (given.split(',').some((each) => each.trim() === tag)) return;
  throw new ProblemError(412, 'it has been changed meanwhile: read it again', { headers: { etag: tag } });
}
