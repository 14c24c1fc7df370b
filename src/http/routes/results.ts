import { OUTCOMES } from '../../entities/outcome.ts';
import { InputError } from '../../input/input-error.ts';
import { type Place, readPage } from '../../results/page.ts';
import { checkSpan } from '../check-span.ts';
import type { App, HttpContext } from '../context.ts';
import { gone } from '../gone.ts';
import { LongList, sendBitByBit } from '../json-stream.ts';
import { resultBody } from '../result-body.ts';
import { parsed, shown } from '../schemas/common.ts';
import { outcomes, query, since, someIds, until, whole } from '../schemas/query.ts';
import { resultsPageSchema } from '../schemas/result.ts';

/** Rows of a page, at most. */
const LONGEST_PAGE = 1000;

const cursor = parsed((text): Place => {
  const [, id, rtime] = /^(\d{1,15})(?:-(\d{1,19}))?$/.exec(text) ?? [];
  if (id === undefined || BigInt(rtime ?? 0) >= 2n ** 63n)
    throw new InputError(`${shown(text)}: expected what "next" of the page before says`);
  return { id: Number(id), ...(rtime === undefined ? {} : { rtime }) };
})
  .optional()
  .meta({ description: '`next` of the page before: goes on there, with the same filter' });

const cursorOf = ({ id, rtime }: Place): string => (rtime === undefined ? String(id) : `${id}-${rtime}`);

/** `/results`. */
export function resultRoutes(app: App, { database }: HttpContext): void {
  app.get(
    '/results',
    {
      schema: {
        operationId: 'listResults',
        summary: 'Results, newest first, by pages',
        description:
          'In the order in which they were stored; a PostgreSQL server has those of certain destinations in the order of their times. What is stored meanwhile comes before the first page and changes none. A page ends early, possibly without a result, where looking for more would take too long: as long as `next` is not null, there may be more.',
        tags: ['history'],
        querystring: query({
          destination: someIds('only these destinations'),
          source: someIds('only what these sources have seen'),
          since,
          until,
          outcome: outcomes,
          limit: whole('how many at most', { from: 1, to: LONGEST_PAGE, usual: 100 }),
          cursor,
        }),
        response: { 200: resultsPageSchema },
      },
    },
    async ({ query: { destination, source, since, until, outcome, limit, cursor } }, reply) => {
      checkSpan({ since, until });
      const { rows, end } = await database.read(
        (dataSource) =>
          readPage(dataSource, {
            destinations: destination,
            sources: source,
            since,
            until,
            outcomes: outcome ?? OUTCOMES,
            limit,
            after: cursor,
          }),
        { signal: gone(reply) },
      );
      return sendBitByBit(reply, {
        results: new LongList(rows, resultBody),
        next: end ? cursorOf(end) : null,
      }) as never;
    },
  );
}
