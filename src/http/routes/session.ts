import { z } from 'zod';
import type { Credentials } from '../../access/credentials.ts';
import { BusyError } from '../../access/turns.ts';
import type { App } from '../context.ts';
import type { Guard } from '../guard/guard.ts';
import { tooMany } from '../guard/limits.ts';
import { dropSession, keepSession, sessionSecret } from '../guard/session-cookie.ts';
import { ProblemError } from '../problems.ts';
import { type SessionBody, sessionSchema, signInSchema } from '../schemas/session.ts';

/** How long whoever finds many others waiting is asked to wait, ms. */
const BUSY = 5000;

/** `/session`: who one is, signing in and out. */
export function sessionRoutes(
  app: App,
  { guard, credentials }: { guard: Guard; credentials: Credentials },
): void {
  const tags = ['session'];
  const config = { role: 'anyone', problems: [503] } as const;
  app.get(
    '/session',
    {
      config,
      schema: {
        operationId: 'getSession',
        summary: 'Who one is, and whether one has to sign in',
        tags,
        response: { 200: sessionSchema },
      },
    },
    async (request, reply): Promise<SessionBody> => {
      const required = await guard.asks(request);
      const principal = required ? await guard.principalOf(request) : undefined;
      const secret = sessionSecret(request);
      // The cookie lasts as long as the session, which goes on as long as it is used.
      if (principal?.kind === 'user' && secret !== undefined) keepSession(request, reply, secret);
      if (!required) return { required, name: null, kind: null, role: 'editor' };
      return {
        required,
        name: principal?.name ?? null,
        kind: principal?.kind ?? null,
        role: principal?.role ?? null,
      };
    },
  );
  app.post(
    '/session',
    {
      config: { ...config, problems: [401, 503] },
      preHandler: (request) => guard.signIns.attempted(request),
      schema: {
        operationId: 'signIn',
        summary: 'Sign in: the answer brings a cookie for seven days, counted from its last use',
        tags,
        body: signInSchema,
        response: { 200: sessionSchema },
      },
    },
    async (request, reply): Promise<SessionBody> => {
      const { name, password } = request.body;
      const opened = await credentials.signIn(name, password, request.ip).catch((error) => {
        throw error instanceof BusyError ? tooMany('too many sign in at once', BUSY) : error;
      });
      if (!opened) throw new ProblemError(401, 'name or password is wrong');
      keepSession(request, reply, opened.secret);
      return { required: true, ...opened.principal };
    },
  );
  app.delete(
    '/session',
    {
      config,
      schema: {
        operationId: 'signOut',
        summary: 'Sign out',
        tags,
        response: { 204: z.null().describe('signed out') },
      },
    },
    async (request, reply) => {
      const secret = sessionSecret(request);
      if (secret !== undefined) await credentials.signOut(secret);
      dropSession(request, reply);
      return reply.code(204).send(null);
    },
  );
}
