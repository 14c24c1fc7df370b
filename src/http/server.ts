import swagger from '@fastify/swagger';
import fastify from 'fastify';
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import type { App, HttpContext } from './context.ts';
import { servePage } from './page.ts';
import { tellProblems } from './problems.ts';
import { destinationRoutes } from './routes/destinations.ts';
import { liveRoutes } from './routes/live.ts';
import { metricsRoutes } from './routes/metrics.ts';

/** Bytes; a thousand destinations to add at once are less. */
const LONGEST_BODY = 1_048_576;

/** The server of the page and the API, which does not listen yet. */
export async function createServer(context: HttpContext): Promise<App> {
  const app = fastify({
    bodyLimit: LONGEST_BODY,
    forceCloseConnections: true,
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  tellProblems(app, context.logger);
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: 'pinger', version: '1' } },
    transform: jsonSchemaTransform,
  });
  await app.register(
    async (routes) => {
      const typed = routes.withTypeProvider<ZodTypeProvider>();
      destinationRoutes(typed, context);
      liveRoutes(typed, context);
      typed.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
    },
    { prefix: '/api/v1' },
  );
  metricsRoutes(app, context);
  await servePage(app);
  return app;
}
