import type { Server } from 'node:http';
import fastify, { type FastifyReply } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { Credentials } from '../access/credentials.ts';
import { oneLine } from '../input/one-line.ts';
import { tellClientErrors } from './client-errors.ts';
import { limitConnections } from './connections.ts';
import type { App, HttpContext } from './context.ts';
import { Guard } from './guard/guard.ts';
import { isLoopback } from './guard/host.ts';
import { takeJson } from './json-body.ts';
import { followRenewals, nodeServer, type Tls } from './node-server.ts';
import { describeRoutes } from './openapi.ts';
import { answerOtherMethods } from './other-methods.ts';
import { servePage } from './page.ts';
import { pathOf, sendProblem, tellProblems } from './problems.ts';
import { addDestinationsRoute } from './routes/add-destinations.ts';
import { alertChannelRoutes } from './routes/alert-channels.ts';
import { alertRuleRoutes } from './routes/alert-rules.ts';
import { alertRoutes } from './routes/alerts.ts';
import { destinationRoutes } from './routes/destinations.ts';
import { liveRoutes } from './routes/live.ts';
import { maintenanceRoutes, parentRoutes } from './routes/maintenances.ts';
import { metricsRoutes } from './routes/metrics.ts';
import { healthRoutes, monitorRoute } from './routes/monitor.ts';
import { resultRoutes } from './routes/results.ts';
import { seriesRoute } from './routes/series.ts';
import { sessionRoutes } from './routes/session.ts';
import { sourceRoutes } from './routes/sources.ts';
import { statisticsRoutes } from './routes/statistics.ts';
import { traceRoutes } from './routes/traces.ts';
import { letGoWhoStalls } from './stalled.ts';

/** Bytes; a thousand destinations to add at once are less. */
const LONGEST_BODY = 1_048_576;

export interface ServerOptions {
  /** What it is going to listen on: an IP address or a name; this host alone unless given. */
  host?: string;
  /** Whether one has to sign in even where only this host can come, and there is neither a user nor a token. */
  auth?: boolean;
  /** Names by which it may be asked for, besides this host's own. */
  allowedHosts?: readonly string[];
  /** Addresses, or networks such as 10.0.0.0/8, of proxies that are believed who asks. Then one has to sign in. */
  proxies?: readonly string[];
  tls?: Tls;
}

/** The server of the page and the API, which does not listen yet. */
export async function createServer(context: HttpContext, options: ServerOptions = {}): Promise<App> {
  const { host = '127.0.0.1', auth = false, allowedHosts = [], proxies = [], tls } = options;
  const servers: Server[] = [];
  const app = fastify({
    bodyLimit: LONGEST_BODY,
    clientErrorHandler: tellClientErrors,
    forceCloseConnections: true,
    // Past all hooks.
    frameworkErrors: ({ message, statusCode = 400 }, { url }, reply) => {
      reply.header('x-content-type-options', 'nosniff');
      return sendProblem(reply as unknown as FastifyReply, statusCode, `${pathOf(url)}: ${oneLine(message)}`);
    },
    trustProxy: proxies.length > 0 && [...proxies],
    serverFactory: (handler) => {
      const server = nodeServer(handler, tls);
      limitConnections(server, { logger: context.logger, isBehindProxy: proxies.length > 0 });
      servers.push(server);
      return server;
    },
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  takeJson(app);
  letGoWhoStalls(app);
  if (tls) {
    const end = followRenewals(servers, tls, context.logger);
    app.addHook('onClose', async () => end());
  }
  tellProblems(app, context.logger);
  const credentials = new Credentials(context);
  const guard = await Guard.of(app, {
    credentials,
    logger: context.logger,
    isOpen: isLoopback(host) && !auth && proxies.length === 0,
    names: [host, ...allowedHosts],
    isTls: tls !== undefined,
  });
  app.decorate('declaredRoutes', guard.routes);
  app.decorate('isOpen', () => guard.isOpen());
  answerOtherMethods(app);
  await describeRoutes(app);
  await app.register(
    async (routes) => {
      const typed = routes.withTypeProvider<ZodTypeProvider>();
      destinationRoutes(typed, context);
      addDestinationsRoute(typed, context);
      seriesRoute(typed, context);
      sourceRoutes(typed, context);
      resultRoutes(typed, context);
      statisticsRoutes(typed, context);
      liveRoutes(typed, context);
      traceRoutes(typed, context);
      monitorRoute(typed, context);
      sessionRoutes(typed, { guard, credentials });
      alertRoutes(typed, context);
      alertRuleRoutes(typed, context);
      alertChannelRoutes(typed, context);
      maintenanceRoutes(typed, context);
      parentRoutes(typed, context);
      typed.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
    },
    { prefix: '/api/v1' },
  );
  healthRoutes(app, context);
  metricsRoutes(app, context);
  await servePage(app);
  return app;
}
