import { z } from 'zod';
import { type LiveDestination, RECENT } from '../../live/destination.ts';
import type { App, HttpContext } from '../context.ts';
import { type Live, liveSchema } from '../schemas/live.ts';

/** `/live`: all destinations as they are now. */
export function liveRoutes(app: App, { live }: HttpContext): void {
  app.get(
    '/live',
    {
      schema: {
        operationId: 'getLive',
        summary: 'All destinations as they are now, as this source sees them',
        tags: ['live'],
        response: { 200: z.object({ destinations: z.array(liveSchema) }) },
      },
    },
    () => ({ destinations: [...live.all()].map((destination) => liveBody(destination)) }),
  );
}

/** `fresh`: so many of its newest probes. */
export const liveBody = (destination: LiveDestination, fresh = RECENT): Live => ({
  id: destination.id,
  label: destination.label,
  state: destination.state,
  problem: destination.problem,
  outcome: destination.outcome,
  reason: destination.reason,
  address: destination.address,
  at: destination.rtime === null ? null : Number(destination.rtime / 1_000_000n),
  rtt: destination.rtt,
  loss: destination.loss,
  count: destination.count,
  recent: destination
    .recent(fresh)
    .map((probe) => (probe === 'lost' ? -1 : probe === 'unknown' ? null : Number(probe.toPrecision(4)))),
});
