import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import { saveMaintenance, saveParent } from '../../alerts/edit-rows.ts';
import { maintenanceOf } from '../../alerts/maintenance.ts';
import { DestinationParent } from '../../entities/destination-parent.ts';
import { Maintenance } from '../../entities/maintenance.ts';
import type { App, HttpContext } from '../context.ts';
import { ProblemError, refused } from '../problems.ts';
import {
  changedMaintenanceSchema,
  type MaintenanceBody,
  maintenanceSchema,
  newMaintenanceSchema,
  parentSchema,
} from '../schemas/alert.ts';
import { idParams } from '../schemas/common.ts';
import { query } from '../schemas/query.ts';
import { REMOVED } from './alerts.ts';
import { someChange } from './some-change.ts';

const tags = ['alerts'];

/** `/maintenances`: when nobody is told. */
export function maintenanceRoutes(app: App, { database }: HttpContext): void {
  app.get(
    '/maintenances',
    {
      schema: {
        operationId: 'listMaintenances',
        summary: 'All maintenances, by id',
        tags,
        querystring: query({}),
        response: { 200: z.object({ maintenances: z.array(maintenanceSchema) }) },
      },
    },
    async () => ({
      maintenances: await database.read(async ({ manager }) =>
        (await manager.find(Maintenance, { order: { id: 'ASC' } })).map(bodyOf),
      ),
    }),
  );

  app.post(
    '/maintenances',
    {
      schema: {
        operationId: 'addMaintenance',
        summary: 'Add a maintenance',
        description: 'It starts now unless told otherwise.',
        tags,
        querystring: query({}),
        body: newMaintenanceSchema,
        response: { 201: maintenanceSchema },
      },
    },
    async ({ body }, reply) => {
      const made = await database.edit(async (manager) => {
        const usual = { destinations: '*', starts: Date.now(), repeats: null, time_zone: null, reason: null };
        return found(manager, await refused(() => saveMaintenance(manager, { ...usual, ...body })));
      });
      return reply.code(201).send(bodyOf(made));
    },
  );

  app.patch(
    '/maintenances/:id',
    {
      schema: {
        operationId: 'changeMaintenance',
        summary: 'Change a maintenance, or end it by setting `ends`',
        tags,
        params: idParams,
        querystring: query({}),
        body: changedMaintenanceSchema,
        response: { 200: maintenanceSchema },
      },
    },
    ({ params: { id }, body }) =>
      database.edit(async (manager) => {
        someChange(body);
        const row = await found(manager, id);
        await refused(() => saveMaintenance(manager, { ...row, ...body }));
        return bodyOf(await found(manager, id));
      }),
  );

  app.delete(
    '/maintenances/:id',
    {
      schema: {
        operationId: 'removeMaintenance',
        summary: 'Remove a maintenance',
        tags,
        params: idParams,
        querystring: query({}),
        response: REMOVED,
      },
    },
    async ({ params: { id } }, reply) => {
      await database.edit(async (manager) => {
        await found(manager, id);
        await manager.delete(Maintenance, { id });
      });
      return reply.code(204).send(null);
    },
  );
}

/** `/destination-parents`: whose being down explains another's. */
export function parentRoutes(app: App, { database }: HttpContext): void {
  app.get(
    '/destination-parents',
    {
      schema: {
        operationId: 'listDestinationParents',
        summary: 'All destinations that have a parent',
        tags,
        querystring: query({}),
        response: { 200: z.object({ parents: z.array(parentSchema) }) },
      },
    },
    async () => ({
      parents: await database.read(({ manager }) =>
        manager.find(DestinationParent, { order: { destination_id: 'ASC' } }),
      ),
    }),
  );

  app.post(
    '/destination-parents',
    {
      schema: {
        operationId: 'setDestinationParent',
        summary: "Name a destination's parent",
        tags,
        querystring: query({}),
        body: parentSchema,
        response: { 201: parentSchema },
      },
    },
    async ({ body }, reply) => {
      await database.edit((manager) => refused(() => saveParent(manager, body)));
      return reply.code(201).send(body);
    },
  );

  app.delete(
    '/destination-parents/:id',
    {
      schema: {
        operationId: 'removeDestinationParent',
        summary: 'Have a destination without a parent',
        tags,
        params: idParams,
        querystring: query({}),
        response: REMOVED,
      },
    },
    async ({ params: { id } }, reply) => {
      await database.edit(async (manager) => {
        if (!(await manager.existsBy(DestinationParent, { destination_id: id })))
          throw new ProblemError(404, `destination ${id} has no parent`);
        await manager.delete(DestinationParent, { destination_id: id });
      });
      return reply.code(204).send(null);
    },
  );
}

function bodyOf(row: Maintenance): MaintenanceBody {
  const maintenance = maintenanceOf(row);
  const isRight = !('problem' in maintenance);
  return {
    ...row,
    under_way: isRight && maintenance.isUnderWay(Date.now()),
    problem: isRight ? null : maintenance.problem,
  };
}

async function found(manager: EntityManager, id: number): Promise<Maintenance> {
  const row = await manager.findOneBy(Maintenance, { id });
  if (!row) throw new ProblemError(404, `there is no maintenance ${id}`);
  return row;
}
