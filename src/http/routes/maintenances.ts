import { saveMaintenance, saveParent } from '../../alerts/edit-rows.ts';
import { listMaintenances } from '../../alerts/list-rows.ts';
import { DestinationParent } from '../../entities/destination-parent.ts';
import { Maintenance } from '../../entities/maintenance.ts';
import type { App, HttpContext } from '../context.ts';
import {
  changedMaintenanceSchema,
  maintenanceSchema,
  newMaintenanceSchema,
  parentSchema,
} from '../schemas/alert.ts';
import { resourceRoutes } from './resource.ts';

const tags = ['alerts'];

/** `/maintenances`: when nobody is told. */
export const maintenanceRoutes = (app: App, context: HttpContext): void =>
  resourceRoutes(app, context, {
    path: '/maintenances',
    key: 'maintenances',
    tags,
    row: maintenanceSchema,
    list: {
      operationId: 'listMaintenances',
      summary: 'All maintenances, by id',
      read: listMaintenances,
    },
    add: {
      operationId: 'addMaintenance',
      summary: 'Add a maintenance',
      description: 'It starts now unless told otherwise.',
      body: newMaintenanceSchema,
      carryOut: (manager, body) => {
        const usual = { destinations: '*', starts: Date.now(), repeats: null, time_zone: null, reason: null };
        return saveMaintenance(manager, { ...usual, ...body });
      },
    },
    change: {
      operationId: 'changeMaintenance',
      summary: 'Change a maintenance, or end it by setting `ends`',
      body: changedMaintenanceSchema,
      carryOut: async (manager, id, body) =>
        saveMaintenance(manager, { ...(await manager.findOneByOrFail(Maintenance, { id })), ...body }),
    },
    remove: {
      operationId: 'removeMaintenance',
      summary: 'Remove a maintenance',
      carryOut: (manager, id) => manager.delete(Maintenance, { id }),
    },
    idOf: ({ id }) => id,
    missing: (id) => `there is no maintenance ${id}`,
  });

/** `/destination-parents`: whose being down explains another's. */
export const parentRoutes = (app: App, context: HttpContext): void =>
  resourceRoutes(app, context, {
    path: '/destination-parents',
    key: 'parents',
    tags,
    row: parentSchema,
    list: {
      operationId: 'listDestinationParents',
      summary: 'All destinations that have a parent',
      read: (manager) => manager.find(DestinationParent, { order: { destination_id: 'ASC' } }),
    },
    add: {
      operationId: 'setDestinationParent',
      summary: "Name a destination's parent",
      body: parentSchema,
      carryOut: async (manager, body) => {
        await saveParent(manager, body);
        return body.destination_id;
      },
    },
    remove: {
      operationId: 'removeDestinationParent',
      summary: 'Have a destination without a parent',
      carryOut: (manager, destination_id) => manager.delete(DestinationParent, { destination_id }),
    },
    idOf: ({ destination_id }) => destination_id,
    missing: (id) => `destination ${id} has no parent`,
  });
