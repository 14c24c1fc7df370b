import { RULE_DEFAULTS, removeRule, saveRule } from '../../alerts/edit-rows.ts';
import { listRules } from '../../alerts/list-rows.ts';
import { AlertRule } from '../../entities/alert-rule.ts';
import type { App, HttpContext } from '../context.ts';
import { changedRuleSchema, newRuleSchema, ruleSchema } from '../schemas/alert.ts';
import { resourceRoutes } from './resource.ts';

/** `/alert-rules`: what is watched. A running monitor follows within seconds. */
export const alertRuleRoutes = (app: App, context: HttpContext): void =>
  resourceRoutes(app, context, {
    path: '/alert-rules',
    key: 'rules',
    tags: ['alerts'],
    row: ruleSchema,
    list: {
      operationId: 'listAlertRules',
      summary: 'All rules, by id',
      read: listRules,
    },
    add: {
      operationId: 'addAlertRule',
      summary: 'Add a rule',
      description: 'What is left out is as the table has it by default.',
      body: newRuleSchema,
      carryOut: (manager, { channels = [], ...given }) =>
        saveRule(manager, { ...RULE_DEFAULTS, ...given }, channels),
    },
    change: {
      operationId: 'changeAlertRule',
      summary: 'Change a rule',
      description: 'What is left out stays as it is; a row that could not be watched afterwards is refused.',
      body: changedRuleSchema,
      carryOut: async (manager, id, { channels, ...given }) =>
        saveRule(manager, { ...(await manager.findOneByOrFail(AlertRule, { id })), ...given }, channels),
    },
    remove: {
      operationId: 'removeAlertRule',
      summary: 'Remove a rule',
      description: 'What it has found stays; what goes on of it is over.',
      carryOut: removeRule,
    },
    idOf: ({ id }) => id,
    missing: (id) => `there is no rule ${id}`,
  });
