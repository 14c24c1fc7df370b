import { z } from 'zod';
import { readDestinations } from '../../destinations/read-destinations.ts';
import { type Settings, settingsOf } from '../../entities/settings.ts';
import { whyNotOpened } from '../../io/permission.ts';
import { ResolveError } from '../../io/resolver.ts';
import { TransportError } from '../../io/transport.ts';
import type { App, HttpContext } from '../context.ts';
import { ProblemError } from '../problems.ts';
import { query } from '../schemas/query.ts';
import { newTraceSchema, traceSchema } from '../schemas/trace.ts';
import type { RunningTrace } from '../traces/running-trace.ts';
import { TooManyTraces, Traces } from '../traces/traces.ts';

const tags = ['traces'];

const traceParams = z.object({ id: z.string().max(100).describe('its id') });

/** `/traces`: paths, hop by hop. */
export function traceRoutes(app: App, { pinger, database, logger }: HttpContext): void {
  const { transportName: transport } = pinger;
  const traces = transport && new Traces({ transport, logger, sourceid: () => pinger.source?.sourceid });
  app.addHook('preClose', () => traces?.close());

  const found = (id: string): RunningTrace => {
    const trace = traces?.get(id);
    if (trace) return trace;
    throw new ProblemError(
      404,
      `there is no trace ${JSON.stringify(id)}; they are forgotten some minutes after their end`,
    );
  };

  app.post(
    '/traces',
    {
      config: { problems: [409, 501] },
      schema: {
        operationId: 'startTrace',
        summary: 'Start a trace of the path to a destination',
        description:
          "By the destination's protocol, port and data, a probe a second to each hop. Nothing is stored. At most two run at once (409 says so).",
        tags,
        querystring: query({}),
        body: newTraceSchema,
        response: { 201: traceSchema.describe('it runs; Location says where its hops are') },
      },
    },
    async ({ body: { destination_id: id, count } }, reply) => {
      if (!traces)
        throw new ProblemError(
          501,
          'this monitor moves its packets by a transport of its own, which cannot trace',
        );
      const [row] = await database.read((dataSource) => readDestinations(dataSource, [id]));
      if (!row) throw wrong(`destination_id ${id}: there is no such destination`);
      const settings = settingsOf(row);
      if ('problem' in settings) throw wrong(`destination_id ${id}: ${settings.problem}`);
      const trace = await started(traces, settings, count);
      return reply.code(201).header('location', `/api/v1/traces/${trace.id}`).send(trace.body());
    },
  );

  app.get(
    '/traces/:id',
    {
      schema: {
        operationId: 'getTrace',
        summary: 'What a trace has found by now',
        tags,
        params: traceParams,
        querystring: query({}),
        response: { 200: traceSchema },
      },
    },
    ({ params: { id } }) => found(id).body(),
  );

  app.delete(
    '/traces/:id',
    {
      schema: {
        operationId: 'endTrace',
        summary: 'End a trace, and forget it',
        tags,
        params: traceParams,
        querystring: query({}),
        response: { 204: z.null().describe('it has ended') },
      },
    },
    async ({ params: { id } }, reply) => {
      found(id);
      await traces?.remove(id);
      return reply.code(204).send(null);
    },
  );
}

const wrong = (detail: string): ProblemError =>
  new ProblemError(422, detail, { errors: [{ pointer: '/destination_id', detail }] });

/** Throws ProblemError where it cannot be. */
async function started(traces: Traces, destination: Settings, count: number): Promise<RunningTrace> {
  try {
    return await traces.start(destination, count);
  } catch (error) {
    if (error instanceof TooManyTraces) throw new ProblemError(409, error.message);
    if (error instanceof ResolveError) throw wrong(error.message);
    if (error instanceof TransportError) throw new ProblemError(503, whyNotOpened(error));
    throw error;
  }
}
