import type { DataSource } from 'typeorm';
import { readDestinations } from '../../destinations/read-destinations.ts';
import { readSeries } from '../../history/series.ts';
import { queryGaps } from '../../statistics/gaps.ts';
import { checkSpan } from '../check-span.ts';
import type { App, HttpContext } from '../context.ts';
import { gapMoments } from '../gap-moments.ts';
import { gone } from '../gone.ts';
import { LongList, sendBitByBit } from '../json-stream.ts';
import { INTEGER, id, idParams } from '../schemas/common.ts';
import { duration, query, time, whole } from '../schemas/query.ts';
import { seriesSchema } from '../schemas/statistics.ts';
import { columnsOf } from '../series-body.ts';
import { noDestination } from './missing.ts';

/** How much is shown where nobody says, ms. */
const USUAL_SPAN = 86_400_000;

/** As many steps as a series has at most. */
const MOST_POINTS = 1000;

/** `/destinations/{id}/series`: what a chart shows. */
export function seriesRoute(app: App, { database }: HttpContext): void {
  app.get(
    '/destinations/:id/series',
    {
      schema: {
        operationId: 'getSeries',
        summary: "A destination's history in equal steps, for a chart",
        description:
          'Steps are as long as it takes for no more of them than `points`, or longer where what is kept is coarser. Percentiles are within 1 %.',
        tags: ['history'],
        params: idParams,
        querystring: query({
          since: time('where it begins; 24 h before its end unless given'),
          until: time('where it ends; now unless given'),
          points: whole('how many steps at most', { from: 1, to: MOST_POINTS, usual: 500 }),
          step: duration('how long a step is at least'),
          source: id.optional().meta({
            ...INTEGER,
            description: 'what this source has seen, by its id; all sources together unless given',
          }),
        }),
        response: { 200: seriesSchema },
      },
    },
    async ({ params: { id: destination }, query: { points, step, source, ...span } }, reply) => {
      const until = span.until ?? Date.now();
      const since = span.since ?? Math.max(0, until - USUAL_SPAN);
      checkSpan({ since, until });
      const { series, gaps } = await database.read(
        async (dataSource) => {
          const series = await readSeries(dataSource, { destination, source, since, until, points, step });
          if (series.points.length === 0 && !(await isThere(dataSource, destination)))
            throw noDestination(destination);
          const sources = source === undefined ? await sourcesOf(dataSource, destination) : [source];
          const { since: from, until: to } = series;
          return { series, gaps: await queryGaps(dataSource, { sources, since: from, until: to }) };
        },
        { signal: gone(reply) },
      );
      return sendBitByBit(reply, {
        destination_id: destination,
        source_id: source ?? null,
        since: series.since,
        until: series.until,
        step: series.step,
        ...(await columnsOf(series)),
        gaps: new LongList(gaps, gapMoments),
      }) as never;
    },
  );
}

const isThere = async (dataSource: DataSource, id: number): Promise<boolean> =>
  (await readDestinations(dataSource, [id])).length > 0;

/** The sources that have probed a destination; undefined where none has for as long as it takes to know. */
async function sourcesOf(dataSource: DataSource, destination: number): Promise<number[] | undefined> {
  const rows: { source_id: number }[] = await dataSource.query(
    'SELECT DISTINCT source_id FROM rollup_positions WHERE destination_id = CAST($1 AS bigint)',
    [destination],
  );
  return rows.length > 0 ? rows.map(({ source_id }) => source_id) : undefined;
}
