import { alertCounts, readAlert, readAlerts } from '../../alerts/read-alerts.ts';
import { ALERT_STATES } from '../../entities/alert.ts';
import { InputError } from '../../input/input-error.ts';
import { checkSpan } from '../check-span.ts';
import type { App, HttpContext } from '../context.ts';
import { ProblemError } from '../problems.ts';
import { alertCountsSchema, alertsPageSchema, wholeAlertSchema } from '../schemas/alert.ts';
import { idParams, parsed, shown } from '../schemas/common.ts';
import { query, since, someIds, until, whole } from '../schemas/query.ts';

const tags = ['alerts'];

const LONGEST_PAGE = 1000;

const states = parsed((given) =>
  given.split(',').map((part) => {
    const state = ALERT_STATES.find((known) => known === part);
    if (state) return state;
    throw new InputError(`${shown(part)}: expected ${ALERT_STATES.join(', ')}`);
  }),
)
  .optional()
  .meta({
    description: `only these states, separated by commas: ${ALERT_STATES.join(', ')}`,
    examples: ['firing', 'firing,suppressed'],
  });

const cursor = parsed((text) => {
  if (/^\d{1,10}$/.test(text) && Number(text) < 2 ** 31) return Number(text);
  throw new InputError(`${shown(text)}: expected what "next" of the page before says`);
})
  .optional()
  .meta({ description: '`next` of the page before: goes on there, with the same filter' });

/** `/alerts`: what rules have found. */
export function alertRoutes(app: App, { database }: HttpContext): void {
  app.get(
    '/alerts',
    {
      schema: {
        operationId: 'listAlerts',
        summary: 'Alerts, newest first, by pages',
        tags,
        querystring: query({
          state: states,
          destination: someIds('only of these destinations'),
          source: someIds('only what these sources have seen'),
          rule: someIds('only what these rules have found'),
          since,
          until,
          limit: whole('how many at most', { from: 1, to: LONGEST_PAGE, usual: 100 }),
          cursor,
        }),
        response: { 200: alertsPageSchema },
      },
    },
    async ({ query: { state, destination, source, rule, since, until, limit, cursor } }) => {
      checkSpan({ since, until });
      const alerts = await database.read((dataSource) =>
        readAlerts(dataSource, {
          states: state,
          destinations: destination,
          sources: source,
          rules: rule,
          since,
          until,
          before: cursor,
          limit: limit + 1,
        }),
      );
      const page = alerts.slice(0, limit);
      return { alerts: page, next: alerts.length > limit ? String(page.at(-1)?.id) : null };
    },
  );

  app.get(
    '/alerts/counts',
    {
      schema: {
        operationId: 'countAlerts',
        summary: 'How many alerts go on',
        tags,
        querystring: query({}),
        response: { 200: alertCountsSchema },
      },
    },
    () => database.read((dataSource) => alertCounts(dataSource)),
  );

  app.get(
    '/alerts/:id',
    {
      schema: {
        operationId: 'getAlert',
        summary: 'One alert, and who has been told of it',
        tags,
        params: idParams,
        querystring: query({}),
        response: { 200: wholeAlertSchema },
      },
    },
    async ({ params: { id } }) => {
      const alert = await database.read((dataSource) => readAlert(dataSource, id));
      if (!alert) throw new ProblemError(404, `there is no alert ${id}`);
      return alert;
    },
  );
}
