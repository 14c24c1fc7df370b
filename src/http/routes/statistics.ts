import { z } from 'zod';
import { type FoundGap, gapTotals, queryGaps } from '../../statistics/gaps.ts';
import { type DestinationStatistics, queryStatistics } from '../../statistics/query.ts';
import { checkSpan } from '../check-span.ts';
import type { App, HttpContext } from '../context.ts';
import { gapMoments } from '../gap-moments.ts';
import { gone } from '../gone.ts';
import { LongList, sendBitByBit } from '../json-stream.ts';
import { Places } from '../places.ts';
import { query, since, someIds, until } from '../schemas/query.ts';
import { gapsSchema, statisticsListSchema } from '../schemas/statistics.ts';

/** So many statistics at once: all destinations' are in memory until they have been read. */
const MOST = 16;

/** `/statistics` and `/gaps`. */
export function statisticsRoutes(app: App, { database }: HttpContext): void {
  const places = new Places({ most: MOST, what: 'statistics', retryAfter: 5 });
  app.get(
    '/statistics',
    {
      schema: {
        operationId: 'getStatistics',
        summary: 'Loss, round-trip times and more of each destination',
        description: 'What each figure is: docs/statistics.md. Times are in ms, shares from 0 to 1.',
        tags: ['history'],
        querystring: query({
          since,
          until,
          destination: someIds('only these destinations'),
          source: someIds('only what these sources have seen'),
          by: z
            .literal('source', { error: 'expected source' })
            .optional()
            .describe('`source`: for each source, in place of all sources together'),
        }),
        response: { 200: statisticsListSchema },
      },
    },
    async ({ query: { since, until, destination, source, by } }, reply) => {
      checkSpan({ since, until });
      places.take(reply);
      const { found, gaps } = await database.read(
        async (dataSource) => ({
          found: await queryStatistics(dataSource, {
            destinations: destination,
            sources: source,
            since,
            until,
            bySource: by === 'source',
          }),
          gaps: gapTotals(await queryGaps(dataSource, { sources: source, since, until })),
        }),
        { signal: gone(reply) },
      );
      const bodyOf = ({ statistics, ...of }: DestinationStatistics) => ({ ...of, ...statistics });
      return sendBitByBit(reply, { statistics: new LongList(found, bodyOf), gaps }) as never;
    },
  );

  app.get(
    '/gaps',
    {
      schema: {
        operationId: 'listGaps',
        summary: 'When sources could not probe',
        description: 'As far as that lies in the span. None of it counts as loss or as an outage.',
        tags: ['history'],
        querystring: query({ since, until, source: someIds('only those of these sources') }),
        response: { 200: gapsSchema },
      },
    },
    async ({ query: { since, until, source } }, reply) => {
      checkSpan({ since, until });
      const gaps = await database.read(
        (dataSource) => queryGaps(dataSource, { sources: source, since, until }),
        { signal: gone(reply) },
      );
      const bodyOf = (gap: FoundGap) => ({ ...gapMoments(gap), source: gap.source });
      return sendBitByBit(reply, { gaps: new LongList(gaps, bodyOf) }) as never;
    },
  );
}
