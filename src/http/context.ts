import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { LiveOverview } from '../live/overview.ts';
import type { Logger } from '../logger.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Pinger } from '../pinger.ts';
import type { DatabaseAccess } from '../storage/database-access.ts';

/** What routes work with. */
export interface HttpContext {
  pinger: Pinger;
  database: DatabaseAccess;
  live: LiveOverview;
  metrics: Metrics;
  logger: Logger;
}

/** A server whose routes are typed by the schemas that validate them. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;
