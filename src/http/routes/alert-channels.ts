import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import { channelOf, targetOf } from '../../alerts/channel.ts';
import { CHANNEL_DEFAULTS, removeChannel, saveChannel } from '../../alerts/edit-rows.ts';
import { testMessage } from '../../alerts/message.ts';
import { send } from '../../alerts/send/send.ts';
import { AlertChannel } from '../../entities/alert-channel.ts';
import type { App, HttpContext } from '../context.ts';
import { ProblemError, refused } from '../problems.ts';
import { type ChannelBody, changedChannelSchema, channelSchema, newChannelSchema } from '../schemas/alert.ts';
import { idParams } from '../schemas/common.ts';
import { query } from '../schemas/query.ts';
import { REMOVED } from './alerts.ts';
import { someChange } from './some-change.ts';

const tags = ['alerts'];

/** `/alert-channels`: who is told. Settings are taken, and never shown. */
export function alertChannelRoutes(app: App, { database }: HttpContext): void {
  app.get(
    '/alert-channels',
    {
      schema: {
        operationId: 'listAlertChannels',
        summary: 'All channels, by id',
        tags,
        querystring: query({}),
        response: { 200: z.object({ channels: z.array(channelSchema) }) },
      },
    },
    async () => ({ channels: await database.read(({ manager }) => read(manager)) }),
  );

  app.post(
    '/alert-channels',
    {
      schema: {
        operationId: 'addAlertChannel',
        summary: 'Add a channel',
        description: 'Not one that runs a command: whoever may do that has the command line.',
        tags,
        querystring: query({}),
        body: newChannelSchema,
        response: { 201: channelSchema },
      },
    },
    async ({ body }, reply) => {
      const { settings, ...given } = body;
      refuseCommand(given.kind);
      const channel = await database.edit(async (manager) => {
        const row = { ...CHANNEL_DEFAULTS, ...given, settings: JSON.stringify(settings) };
        return found(manager, await refused(() => saveChannel(manager, row)));
      });
      return reply.code(201).send(channel);
    },
  );

  app.patch(
    '/alert-channels/:id',
    {
      schema: {
        operationId: 'changeAlertChannel',
        summary: 'Change a channel',
        description: 'What is left out stays as it is; settings are replaced as a whole.',
        tags,
        params: idParams,
        querystring: query({}),
        body: changedChannelSchema,
        response: { 200: channelSchema },
      },
    },
    ({ params: { id }, body }) =>
      database.edit(async (manager) => {
        someChange(body);
        const row = await rowOf(manager, id);
        const { settings, ...given } = body;
        if (settings !== undefined || given.kind !== undefined) refuseCommand(given.kind ?? row.kind);
        const changed = settings === undefined ? given : { ...given, settings: JSON.stringify(settings) };
        await refused(() => saveChannel(manager, { ...row, ...changed }));
        return found(manager, id);
      }),
  );

  app.delete(
    '/alert-channels/:id',
    {
      schema: {
        operationId: 'removeAlertChannel',
        summary: 'Remove a channel',
        description: 'What it has not been told yet is told nobody.',
        tags,
        params: idParams,
        querystring: query({}),
        response: REMOVED,
      },
    },
    async ({ params: { id } }, reply) => {
      await database.edit(async (manager) => {
        await rowOf(manager, id);
        await refused(() => removeChannel(manager, id));
      });
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/alert-channels/:id/test',
    {
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
      const channel = channelOf(await database.read(({ manager }) => rowOf(manager, id)));
      if ('problem' in channel) throw new ProblemError(422, channel.problem);
      const message = testMessage({ id: randomUUID(), channel: channel.name, now: Date.now() });
      try {
        await send(channel, message, new AbortController().signal);
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

async function read(manager: EntityManager): Promise<ChannelBody[]> {
  const waiting: { channel_id: number; count: number; error: string | null }[] = await manager.query(
    "SELECT channel_id, count(DISTINCT message) AS count, max(error) AS error FROM alert_deliveries WHERE state = 'waiting' GROUP BY channel_id",
  );
  return (await manager.find(AlertChannel, { order: { id: 'ASC' } })).map(({ settings, ...row }) => {
    const channel = channelOf({ ...row, settings });
    const queue = waiting.find(({ channel_id }) => channel_id === row.id);
    return {
      ...row,
      target: 'problem' in channel ? null : targetOf(channel),
      waiting: queue?.count ?? 0,
      error: queue?.error ?? null,
      problem: 'problem' in channel ? channel.problem : null,
    };
  });
}

async function found(manager: EntityManager, id: number): Promise<ChannelBody> {
  const channel = (await read(manager)).find((each) => each.id === id);
  if (!channel) throw new ProblemError(404, `there is no channel ${id}`);
  return channel;
}
