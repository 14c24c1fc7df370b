import { readFileSync } from 'node:fs';
import type { App, HttpContext } from '../context.ts';
import { ProblemError } from '../problems.ts';
import { healthSchema, monitorSchema } from '../schemas/monitor.ts';
import { query } from '../schemas/query.ts';

export const { version }: { version: string } = JSON.parse(
  readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
);

/** `/monitor`: what the monitor says of itself. */
export function monitorRoute(app: App, { pinger, database, live }: HttpContext): void {
  let started: number | null = null;
  pinger.on('state', (state) => {
    if (state === 'running') started = Date.now();
  });

  app.get(
    '/monitor',
    {
      schema: {
        operationId: 'getMonitor',
        summary: 'The monitor itself',
        tags: ['monitor'],
        querystring: query({}),
        response: { 200: monitorSchema },
      },
    },
    () => ({
      version,
      state: pinger.state,
      started,
      source: pinger.source ?? null,
      database: { name: database.name, trouble: pinger.trouble ?? null },
      destinations: live.size,
      counters: pinger.counters(),
    }),
  );
}

/** `/healthz` and `/readyz`, for whoever looks after processes. */
export function healthRoutes(app: App, { pinger }: Pick<HttpContext, 'pinger'>): void {
  app.get(
    '/healthz',
    {
      config: { role: 'anyone' },
      schema: {
        operationId: 'getHealth',
        summary: 'Whether the process answers',
        tags: ['monitor'],
        querystring: query({}),
        response: { 200: healthSchema },
      },
    },
    () => ({ status: 'ok' as const }),
  );

  app.get(
    '/readyz',
    {
      schema: {
        operationId: 'getReadiness',
        summary: 'Whether the monitor probes, and the database takes its results',
        description: 'Status 503 says what is missing. Results are kept meanwhile, and stored later.',
        tags: ['monitor'],
        querystring: query({}),
        response: { 200: healthSchema },
      },
    },
    () => {
      if (pinger.state !== 'running')
        throw new ProblemError(503, `not ready: the monitor is ${pinger.state}`);
      if (pinger.trouble !== undefined) throw new ProblemError(503, `not ready: ${pinger.trouble}`);
      return { status: 'ok' as const };
    },
  );
}
