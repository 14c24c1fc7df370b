import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import { channelOf } from '../../alerts/channel.ts';
import { CHANNEL_DEFAULTS, removeChannel, saveChannel } from '../../alerts/edit-rows.ts';
import { listChannels } from '../../alerts/list-rows.ts';
import { testMessage } from '../../alerts/message.ts';
import { send } from '../../alerts/send/send.ts';
import { AlertChannel } from '../../entities/alert-channel.ts';
import type { App, HttpContext } from '../context.ts';
import { gone } from '../gone.ts';
import { ProblemError } from '../problems.ts';
import { changedChannelSchema, channelSchema, newChannelSchema } from '../schemas/alert.ts';
import { idParams } from '../schemas/common.ts';
import { query } from '../schemas/query.ts';
import { resourceRoutes } from './resource.ts';

const tags = ['alerts'];

/** `/alert-channels`: who is told. Settings are taken, and never shown. */
export function alertChannelRoutes(app: App, context: HttpContext): void {
  resourceRoutes(app, context, {
    path: '/alert-channels',
    key: 'channels',
    tags,
    row: channelSchema,
    list: {
      operationId: 'listAlertChannels',
      summary: 'All channels, by id',
      read: listChannels,
    },
    add: {
      operationId: 'addAlertChannel',
      summary: 'Add a channel',
      description: 'Not one that runs a command: whoever may do that has the command line.',
      body: newChannelSchema,
      carryOut: (manager, { settings, ...given }) => {
        refuseCommand(given.kind);
        const row = { ...CHANNEL_DEFAULTS, ...given, settings: JSON.stringify(settings) };
        return saveChannel(manager, row);
      },
    },
    change: {
      operationId: 'changeAlertChannel',
      summary: 'Change a channel',
      description: 'What is left out stays as it is; settings are replaced as a whole.',
      body: changedChannelSchema,
      carryOut: async (manager, id, { settings, ...given }) => {
        const row = await rowOf(manager, id);
        if (settings !== undefined || given.kind !== undefined) refuseCommand(given.kind ?? row.kind);
        const changed = settings === undefined ? given : { ...given, settings: JSON.stringify(settings) };
        return saveChannel(manager, { ...row, ...changed });
      },
    },
    remove: {
      operationId: 'removeAlertChannel',
      summary: 'Remove a channel',
      description: 'What it has not been told yet is told nobody.',
      problems: [422],
      carryOut: removeChannel,
    },
    idOf: ({ id }) => id,
    missing: (id) => `there is no channel ${id}`,
  });

  app.post(
    '/alert-channels/:id/test',
    {
      config: { problems: [422] },
      schema: {
        operationId: 'testAlertChannel',
        summary: 'Tell a channel that nothing has happened, to see whether it arrives',
        tags,
        params: idParams,
        querystring: query({}),
        response: { 204: z.null().describe('it has arrived') },
      },
    },
    async ({ params: { id } }, reply) => {
      const channel = channelOf(await context.database.read(({ manager }) => rowOf(manager, id)));
      if ('problem' in channel) throw new ProblemError(422, channel.problem);
      const message = testMessage({ id: randomUUID(), channel: channel.name, now: Date.now() });
      try {
        await send(channel, message, gone(reply));
      } catch (error) {
        throw new ProblemError(422, `channel "${channel.name}": ${(error as Error).message}`);
      }
      return reply.code(204).send(null);
    },
  );
}

/** Who may edit on the page may not run programs on the host. */
function refuseCommand(kind: string): void {
  if (kind !== 'command') return;
  const detail =
    'kind "command": only the command line makes and changes such a channel (pinger alerts apply)';
  throw new ProblemError(403, detail, { errors: [{ pointer: '/kind', detail }] });
}

async function rowOf(manager: EntityManager, id: number): Promise<AlertChannel> {
  const row = await manager.findOneBy(AlertChannel, { id });
  if (!row) throw new ProblemError(404, `there is no channel ${id}`);
  return row;
}
