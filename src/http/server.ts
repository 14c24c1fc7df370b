import fastify, { type FastifyReply } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { App, HttpContext } from './context.ts';
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
import { healthRoutes, monitorRoute } from './routes/monitor.ts';
import { resultRoutes } from './routes/results.ts';
import { seriesRoute } from './routes/series.ts';
import { sourceRoutes } from './routes/sources.ts';
import { statisticsRoutes } from './routes/statistics.ts';

/** Bytes; a thousand destinations to add at once are less. */
const LONGEST_BODY = 1_048_576;

/** How long a request may take to arrive, ms. */
const LONGEST_REQUEST = 30_000;

/** The server of the page and the API, which does not listen yet. */
export async function createServer(context: HttpContext): Promise<App> {
  const app = fastify({
    bodyLimit: LONGEST_BODY,
    requestTimeout: LONGEST_REQUEST,
    forceCloseConnections: true,
    frameworkErrors: ({ message }, { url }, reply) =>
      sendProblem(reply as unknown as FastifyReply, 400, `${pathOf(url)}: ${message}`),
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.removeContentTypeParser('text/plain');
  tellProblems(app, context.logger);
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
      monitorRoute(typed, context);
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
  await servePage(app);
  return app;
}
