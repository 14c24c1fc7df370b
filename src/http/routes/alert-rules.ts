import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import { RULE_DEFAULTS, removeRule, saveRule } from '../../alerts/edit-rows.ts';
import { ruleOf } from '../../alerts/rule.ts';
import { AlertRuleChannel } from '../../entities/alert-channel.ts';
import { AlertRule } from '../../entities/alert-rule.ts';
import type { App, HttpContext } from '../context.ts';
import { ProblemError, refused } from '../problems.ts';
import { changedRuleSchema, newRuleSchema, type RuleBody, ruleSchema } from '../schemas/alert.ts';
import { idParams } from '../schemas/common.ts';
import { query } from '../schemas/query.ts';
import { REMOVED } from './alerts.ts';
import { someChange } from './some-change.ts';

const tags = ['alerts'];

/** `/alert-rules`: what is watched. A running monitor follows within seconds. */
export function alertRuleRoutes(app: App, { database }: HttpContext): void {
  app.get(
    '/alert-rules',
    {
      schema: {
        operationId: 'listAlertRules',
        summary: 'All rules, by id',
        tags,
        querystring: query({}),
        response: { 200: z.object({ rules: z.array(ruleSchema) }) },
      },
    },
    async () => ({ rules: await database.read(({ manager }) => read(manager)) }),
  );

  app.post(
    '/alert-rules',
    {
      schema: {
        operationId: 'addAlertRule',
        summary: 'Add a rule',
        description: 'What is left out is as the table has it by default.',
        tags,
        querystring: query({}),
        body: newRuleSchema,
        response: { 201: ruleSchema },
      },
    },
    async ({ body: { channels = [], ...given } }, reply) => {
      const rule = await database.edit(async (manager) => {
        const row = { ...RULE_DEFAULTS, ...given };
        const id = await refused(() => saveRule(manager, row, channels));
        return found(manager, id);
      });
      return reply.code(201).send(rule);
    },
  );

  app.patch(
    '/alert-rules/:id',
    {
      schema: {
        operationId: 'changeAlertRule',
        summary: 'Change a rule',
        description:
          'What is left out stays as it is; a row that could not be watched afterwards is refused.',
        tags,
        params: idParams,
        querystring: query({}),
        body: changedRuleSchema,
        response: { 200: ruleSchema },
      },
    },
    ({ params: { id }, body }) =>
      database.edit(async (manager) => {
        someChange(body);
        const { channels: _, problem: __, ...row } = await found(manager, id);
        const { channels, ...given } = body;
        await refused(() => saveRule(manager, { ...row, ...given }, channels));
        return found(manager, id);
      }),
  );

  app.delete(
    '/alert-rules/:id',
    {
      schema: {
        operationId: 'removeAlertRule',
        summary: 'Remove a rule',
        description: 'What it has found stays; what goes on of it is over.',
        tags,
        params: idParams,
        querystring: query({}),
        response: REMOVED,
      },
    },
    async ({ params: { id } }, reply) => {
      await database.edit(async (manager) => {
        await found(manager, id);
        await removeRule(manager, id);
      });
      return reply.code(204).send(null);
    },
  );
}

async function read(manager: EntityManager): Promise<RuleBody[]> {
  const named = await manager.find(AlertRuleChannel);
  return (await manager.find(AlertRule, { order: { id: 'ASC' } })).map((row) => {
    const rule = ruleOf(row);
    return {
      ...row,
      channels: named.filter(({ rule_id }) => rule_id === row.id).map(({ channel_id }) => channel_id),
      problem: 'problem' in rule ? rule.problem : null,
    };
  });
}

/** Throws ProblemError where there is no such row. */
async function found(manager: EntityManager, id: number): Promise<RuleBody> {
  const rule = (await read(manager)).find((each) => each.id === id);
  if (!rule) throw new ProblemError(404, `there is no rule ${id}`);
  return rule;
}
