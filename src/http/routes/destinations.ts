import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import { changeDestination, changedColumns } from '../../destinations/change-destination.ts';
import {
  DESTINATIONS_A_PAGE,
  type FoundRow,
  problemOfRow,
  readDestinations,
  readDestinationsAfter,
  readSourceIds,
} from '../../destinations/read-destinations.ts';
import { Destination } from '../../entities/destination.ts';
import type { App, HttpContext } from '../context.ts';
import { destinationBody } from '../destination-body.ts';
import { checkMatch, tagged } from '../entity-tag.ts';
import { gone } from '../gone.ts';
import { LongList, sendBitByBit } from '../json-stream.ts';
import { refused } from '../problems.ts';
import { idParams } from '../schemas/common.ts';
import { changedDestinationSchema, destinationSchema, destinationsSchema } from '../schemas/destination.ts';
import { query, someIds } from '../schemas/query.ts';
import { noDestination } from './missing.ts';

const tags = ['destinations'];

/** `/destinations`: the table. */
export function destinationRoutes(app: App, { database }: HttpContext): void {
  app.get(
    '/destinations',
    {
      schema: {
        operationId: 'listDestinations',
        summary: 'All destinations, by id',
        tags,
        querystring: query({ id: someIds('only these') }),
        response: { 200: destinationsSchema },
      },
    },
    async (request, reply) => {
      const { id } = request.query;
      const signal = gone(reply);
      const next = (after?: number) =>
        database.read((dataSource) => readDestinationsAfter(dataSource, after, id), { signal });
      const items = rowsOf(await next(), next);
      return sendBitByBit(reply, { destinations: new LongList(items, destinationBody) }) as never;
    },
  );

  app.get(
    '/destinations/:id',
    {
      schema: {
        operationId: 'getDestination',
        summary: 'One destination',
        tags,
        params: idParams,
        querystring: query({}),
        response: { 200: destinationSchema },
      },
    },
    async ({ params: { id } }, reply) => {
      const [row] = await database.read((dataSource) => readDestinations(dataSource, [id]));
      if (!row) throw noDestination(id);
      return tagged(reply, destinationBody(row));
    },
  );

  app.patch(
    '/destinations/:id',
    {
      config: { problems: [412] },
      schema: {
        operationId: 'changeDestination',
        summary: 'Change a destination',
        description:
          'What is left out stays as it is. A row that could not be probed afterwards is refused. What changes nothing reaches no monitor. With If-Match, the `etag` of what was read, only where nobody has changed the row since.',
        tags,
        params: idParams,
        querystring: query({}),
        body: changedDestinationSchema,
        response: { 200: destinationSchema },
      },
    },
    async (request, reply) => {
      const { params, body } = request;
      const { id } = params;
      const edited = await database.edit(async (manager) => {
        const sources = await readSourceIds(manager);
        const bodyOf = (row: Destination) => destinationBody({ ...row, problem: problemOfRow(row, sources) });
        const row = await found(manager, id);
        checkMatch(request, bodyOf(row));
        return bodyOf(await refused(() => changeDestination(manager, row, changedColumns(body))));
      });
      return tagged(reply, edited);
    },
  );

  app.delete(
    '/destinations/:id',
    {
      config: { problems: [412] },
      schema: {
        operationId: 'removeDestination',
        summary: 'Remove a destination',
        description: 'Its results stay. With If-Match as for a change.',
        tags,
        params: idParams,
        querystring: query({}),
        response: { 204: z.null().describe('it is removed') },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await database.edit(async (manager) => {
        const row = await found(manager, id);
        checkMatch(
          request,
          destinationBody({ ...row, problem: problemOfRow(row, await readSourceIds(manager)) }),
        );
        await manager.getRepository(Destination).delete({ id });
      });
      return reply.code(204).send(null);
    },
  );
}

/** One page after the other, each read when the one before has been taken: of whoever is slow, one is in memory. */
async function* rowsOf(
  first: FoundRow[],
  next: (after: number | undefined) => Promise<FoundRow[]>,
): AsyncGenerator<FoundRow> {
  for (let page = first; ; page = await next(page.at(-1)?.id)) {
    yield* page;
    if (page.length < DESTINATIONS_A_PAGE) return;
  }
}

/** Throws ProblemError where there is no such row. */
async function found(manager: EntityManager, id: number): Promise<Destination> {
  const row = await manager.getRepository(Destination).findOneBy({ id });
  if (!row) throw noDestination(id);
  return row;
}
