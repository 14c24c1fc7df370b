import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import { changeDestination, changedColumns } from '../../destinations/change-destination.ts';
import { problemOfRow, readDestinations, readSourceIds } from '../../destinations/read-destinations.ts';
import { Destination } from '../../entities/destination.ts';
import type { App, HttpContext } from '../context.ts';
import { destinationBody } from '../destination-body.ts';
import { gone } from '../gone.ts';
import { sendList } from '../json-stream.ts';
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
      const rows = await database.read((dataSource) => readDestinations(dataSource, id), {
        signal: gone(reply),
      });
      return sendList(reply, { name: 'destinations', items: rows, bodyOf: destinationBody }) as never;
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
    async ({ params: { id } }) => {
      const [row] = await database.read((dataSource) => readDestinations(dataSource, [id]));
      if (!row) throw noDestination(id);
      return destinationBody(row);
    },
  );

  app.patch(
    '/destinations/:id',
    {
      schema: {
        operationId: 'changeDestination',
        summary: 'Change a destination',
        description:
          'What is left out stays as it is. A row that could not be probed afterwards is refused. What changes nothing reaches no monitor.',
        tags,
        params: idParams,
        querystring: query({}),
        body: changedDestinationSchema,
        response: { 200: destinationSchema },
      },
    },
    ({ params: { id }, body }) =>
      database.edit(async (manager) => {
        const row = await found(manager, id);
        const changed = await refused(() => changeDestination(manager, row, changedColumns(body)));
        return destinationBody({ ...changed, problem: problemOfRow(changed, await readSourceIds(manager)) });
      }),
  );

  app.delete(
    '/destinations/:id',
    {
      schema: {
        operationId: 'removeDestination',
        summary: 'Remove a destination',
        description: 'Its results stay.',
        tags,
        params: idParams,
        querystring: query({}),
        response: { 204: z.null().describe('it is removed') },
      },
    },
    async ({ params: { id } }, reply) => {
      await database.edit(async (manager) => {
        await found(manager, id);
        await manager.getRepository(Destination).delete({ id });
      });
      return reply.code(204).send(null);
    },
  );
}

/** Throws ProblemError where there is no such row. */
async function found(manager: EntityManager, id: number): Promise<Destination> {
  const row = await manager.getRepository(Destination).findOneBy({ id });
  if (!row) throw noDestination(id);
  return row;
}
