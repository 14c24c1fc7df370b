import type { FastifyInstance } from 'fastify';
import { pathOf, sendProblem } from './problems.ts';

/** Answers what no route does: 404 where there is nothing, and otherwise which methods there are. */
export function answerOtherMethods(app: FastifyInstance): void {
  const routes: { pattern: RegExp; methods: readonly string[] }[] = [];
  app.addHook('onRoute', ({ url, method }) => {
    routes.push({ pattern: patternOf(url), methods: [method].flat() });
  });
  app.setNotFoundHandler((request, reply) => {
    const { method, url } = request;
    const path = url.split('?')[0] as string;
    const methods = new Set(
      routes.filter(({ pattern }) => pattern.test(path)).flatMap((route) => route.methods),
    );
    if (methods.size === 0)
      return sendProblem(reply, 404, `${method} ${pathOf(url)}: there is no such thing`);
    const allowed = [...methods, 'OPTIONS'].sort().join(', ');
    reply.header('allow', allowed);
    if (method === 'OPTIONS') return reply.code(204).send();
    return sendProblem(reply, 405, `${method} ${pathOf(url)}: expected ${allowed}`);
  });
}

const patternOf = (url: string): RegExp =>
  new RegExp(
    `^${url
      .replace(/[.+()[\]^$|\\]/g, '\\$&')
      .replace(/\*/g, '.*')
      .replace(/:\w+/g, '[^/]+')}$`,
  );
