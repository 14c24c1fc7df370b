import { validatorCompiler } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { newRow } from '../../destinations/new-row.ts';
import { problemOfRow, readSourceIds } from '../../destinations/read-destinations.ts';
import type { Destination } from '../../entities/destination.ts';
import { InputError } from '../../input/input-error.ts';
import { addMissing } from '../../storage/missing-destinations.ts';
import type { App, HttpContext } from '../context.ts';
import { destinationBody } from '../destination-body.ts';
import { LongList, sendBitByBit } from '../json-stream.ts';
import { refused } from '../problems.ts';
import {
  addedDestinationsSchema,
  newDestinationSchema,
  newDestinationsSchema,
} from '../schemas/destination.ts';
import { query } from '../schemas/query.ts';

/** POST `/destinations`. */
export function addDestinationsRoute(app: App, { database }: HttpContext): void {
  app.post(
    '/destinations',
    {
      schema: {
        operationId: 'addDestinations',
        summary: 'Add a destination, or several',
        description:
          'All of them or, where one is wrong, none. Those that are there already (by address, protocol and port) keep their settings.',
        tags: ['destinations'],
        querystring: query({}),
        body: z.union([newDestinationSchema, newDestinationsSchema]),
        response: {
          200: addedDestinationsSchema.describe('nothing is added: all were there already'),
          201: addedDestinationsSchema.describe('added; of a single one, Location says where it is'),
        },
      },
      // Of a union, what is wrong would be told of neither.
      validatorCompiler: ({ schema, httpPart, method, url }) =>
        httpPart !== 'body'
          ? validatorCompiler({
              schema: schema as unknown as z.ZodType,
              httpPart: httpPart as string,
              method,
              url,
            })
          : (data: unknown) =>
              validatorCompiler({
                schema: Array.isArray(data) ? newDestinationsSchema : newDestinationSchema,
                httpPart,
                method,
                url,
              })(data),
    },
    async ({ body }, reply) => {
      const given = [body].flat();
      const pointerTo = (index: number) => (Array.isArray(body) ? `/${index}` : '');
      const rows = await Promise.all(
        given.map((each, index) =>
          refused(() => newRow({ ...each, port: each.port ?? undefined }), pointerTo(index)),
        ),
      );
      const { added, existing, bodyOf } = await database.edit(async (manager) => {
        const sources = await readSourceIds(manager);
        for (const [index, row] of rows.entries())
          await refused(() => checkSource(row.source_id, sources), pointerTo(index));
        const bodyOf = (row: Destination) => destinationBody({ ...row, problem: problemOfRow(row, sources) });
        return { ...(await addMissing(manager, rows)), bodyOf };
      });
      const [only] = added;
      if (only && !Array.isArray(body)) reply.header('location', `/api/v1/destinations/${only.id}`);
      reply.code(added.length > 0 ? 201 : 200);
      return sendBitByBit(reply, {
        added: new LongList(added, bodyOf),
        existing: new LongList(existing, bodyOf),
      }) as never;
    },
  );
}

/** Throws InputError for a source that there is not. */
function checkSource(id: number | null, sources: ReadonlySet<number>): void {
  if (id !== null && !sources.has(id)) throw new InputError(`source_id ${id}: there is no such source`);
}
