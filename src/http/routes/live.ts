import { z } from 'zod';
import type { App, HttpContext } from '../context.ts';
import { LongList, sendBitByBit } from '../json-stream.ts';
import { liveBody } from '../live-body.ts';
import { LiveStream } from '../live-stream.ts';
import { ProblemError } from '../problems.ts';
import { liveListSchema } from '../schemas/live.ts';
import { query } from '../schemas/query.ts';

/** So many clients hear of what is now. */
const MOST_CLIENTS = 200;

const tags = ['live'];

/** `/live`: all destinations as they are now. */
export function liveRoutes(app: App, { live }: HttpContext): void {
  const stream = new LiveStream({ live, capacity: MOST_CLIENTS });
  app.addHook('preClose', async () => stream.close());

  app.get(
    '/live',
    {
      schema: {
        operationId: 'getLive',
        summary: 'All destinations as they are now, as this source sees them',
        tags,
        querystring: query({}),
        response: { 200: liveListSchema },
      },
    },
    (_, reply) =>
      sendBitByBit(reply, {
        destinations: new LongList(live.all(), (destination) => liveBody(destination)),
      }) as never,
  );

  app.get(
    '/live/events',
    {
      // Its body would never end.
      exposeHeadRoute: false,
      schema: {
        operationId: 'followLive',
        summary: 'All destinations as they are now, and what becomes of them',
        description: EVENTS,
        tags,
        querystring: query({}),
        response: {
          200: {
            description: 'events, as long as they are read',
            content: { 'text/event-stream': { schema: z.string() } },
          },
        },
      },
    },
    (_, reply) => {
      const events = stream.join();
      if (!events)
        throw new ProblemError(503, `${MOST_CLIENTS} clients follow already: expected no more`, {
          headers: { 'retry-after': '10' },
        });
      return reply
        .header('content-type', 'text/event-stream; charset=utf-8')
        .header('cache-control', 'no-store')
        .header('x-accel-buffering', 'no')
        .send(events as never) as never;
    },
  );
}

const EVENTS = `Server-sent events, each with JSON as its data. First \`snapshot\` (#/components/schemas/Snapshot), of at most 500
destinations each, as many as it takes; then \`ready\`. From then on \`update\` (#/components/schemas/Update), for whatever has news:
once a second, or every 0.2 ms times as many destinations as have any where that is longer, such as every 2 s for 10,000; of more
than 500 in several events. A comment comes where there is nothing else for 15 s. Who reads too slowly is let go, and comes back.`;
