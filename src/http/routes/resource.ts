import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import type { App, HttpContext } from '../context.ts';
import { ProblemError, refused } from '../problems.ts';
import { idParams } from '../schemas/common.ts';
import { query } from '../schemas/query.ts';
import { someChange } from './some-change.ts';

/** What the description of the API says of an operation. */
interface Operation {
  operationId: string;
  summary: string;
  description?: string;
}

/** Rows of one kind, which are listed, added, changed and removed. What edits throws InputError where it cannot be. */
export interface Resource<Row extends z.ZodType, New extends z.ZodType, Changed extends z.ZodType<object>> {
  /** `/alert-rules` */
  path: string;
  /** Of the list in its answer. */
  key: string;
  tags: readonly string[];
  row: Row;
  list: Operation & {
    /** All rows, by id. */
    read(manager: EntityManager): Promise<z.output<Row>[]>;
  };
  add: Operation & {
    body: New;
    /** Returns the new row's id. */
    carryOut(manager: EntityManager, body: z.output<New>): Promise<number>;
  };
  /** undefined: it is added anew instead. */
  change?: Operation & {
    body: Changed;
    carryOut(manager: EntityManager, id: number, body: z.output<Changed>): Promise<unknown>;
  };
  remove: Operation & {
    /** Statuses that it answers where it cannot be. */
    problems?: readonly number[];
    carryOut(manager: EntityManager, id: number): Promise<unknown>;
  };
  idOf(row: z.output<Row>): number;
  /** What is said where there is no such row. */
  missing(id: number): string;
}

/** The routes of a resource. */
export function resourceRoutes<
  Row extends z.ZodType,
  New extends z.ZodType,
  Changed extends z.ZodType<object>,
>(app: App, { database }: HttpContext, resource: Resource<Row, New, Changed>): void {
  const { path, key, list, add, change, remove, idOf, missing } = resource;
  // Its own type is for whoever declares the resource; Fastify makes nothing of one that it does not know yet.
  const row: z.ZodType = resource.row;
  const added: z.ZodType = add.body;
  const tags = [...resource.tags];
  const found = async (manager: EntityManager, id: number): Promise<z.output<Row>> => {
    const one = (await list.read(manager)).find((each) => idOf(each) === id);
    if (one === undefined) throw new ProblemError(404, missing(id));
    return one;
  };

  app.get(
    path,
    {
      schema: {
        ...described(list),
        tags,
        querystring: query({}),
        response: { 200: z.object({ [key]: z.array(row) }) },
      },
    },
    async () => ({ [key]: await database.read(({ manager }) => list.read(manager)) }),
  );

  app.post(
    path,
    {
      schema: {
        ...described(add),
        tags,
        querystring: query({}),
        body: added,
        response: { 201: row },
      },
    },
    async ({ body }, reply) => {
      const made = await database.edit(async (manager) =>
        found(manager, await refused(() => add.carryOut(manager, body as z.output<New>))),
      );
      return reply.code(201).send(made);
    },
  );

  if (change)
    app.patch(
      `${path}/:id`,
      {
        schema: {
          ...described(change),
          tags,
          params: idParams,
          querystring: query({}),
          body: change.body as z.ZodType,
          response: { 200: row },
        },
      },
      async ({ params: { id }, body }, reply) => {
        const changes = body as z.output<Changed>;
        const changed = await database.edit(async (manager) => {
          someChange(changes);
          await found(manager, id);
          await refused(() => change.carryOut(manager, id, changes));
          return found(manager, id);
        });
        return reply.send(changed);
      },
    );

  app.delete(
    `${path}/:id`,
    {
      config: { problems: [...(remove.problems ?? [])] },
      schema: {
        ...described(remove),
        tags,
        params: idParams,
        querystring: query({}),
        response: { 204: z.null().describe('it is removed') },
      },
    },
    async ({ params: { id } }, reply) => {
      await database.edit(async (manager) => {
        await found(manager, id);
        await refused(() => remove.carryOut(manager, id));
      });
      return reply.code(204).send(null);
    },
  );
}

const described = ({ operationId, summary, description }: Operation): Operation => ({
  operationId,
  summary,
  ...(description === undefined ? {} : { description }),
});
