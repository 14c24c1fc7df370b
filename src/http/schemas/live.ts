import { z } from 'zod';
import { OUTCOMES } from '../../entities/outcome.ts';
import { LIVE_STATES } from '../../live/destination.ts';
import { count, moment, ms, share } from './common.ts';

export const outcomeSchema = z.enum(OUTCOMES).meta({ id: 'Outcome' });

export const liveStateSchema = z.enum(LIVE_STATES).meta({
  id: 'LiveState',
  description:
    'waiting: no probe has come to its end yet; up, lossy: none, or some, of the last 60 probes were lost; down: the last three were lost; unsent: the last probe never left this host; paused, invalid: it is not probed, or cannot be',
});

/** A destination as it is now, as this monitor's own source sees it. */
export const liveSchema = z
  .object({
    id: z.number().int(),
    label: z.string(),
    state: liveStateSchema,
    problem: z.string().nullable().describe('why its row cannot be probed'),
    outcome: outcomeSchema.nullable().describe("the newest probe's"),
    reason: z.string().nullable().describe('why it was not sent'),
    address: z.string().nullable().describe('who answered it'),
    at: moment.nullable().describe('when it came to its end, ms since the Unix epoch'),
    rtt: ms.describe('ms, of the newest probe that was received'),
    loss: share.describe('of the last 60 probes'),
    count: count.describe('probes that have come to their end since it is probed'),
    recent: z
      .array(z.number().nullable())
      .describe(
        'the last 60 probes, oldest first: round-trip times in ms; -1: lost; null: neither received nor lost. In an update: those that are new. As many as `count`, or 60, are all there are, and take the place of those before',
      ),
  })
  .meta({ id: 'Live' });

export type Live = z.infer<typeof liveSchema>;

/** What there always is of a destination that has news; of the rest, what has changed since it was told last. */
export const liveChangeSchema = liveSchema
  .partial()
  .required({ id: true, at: true, count: true, recent: true })
  .meta({ id: 'LiveChange' });

export type LiveChange = z.infer<typeof liveChangeSchema>;

/** `event: snapshot`: all of them, in several events; then `event: ready`. */
export const snapshotSchema = z.object({ destinations: z.array(liveSchema) }).meta({ id: 'Snapshot' });

/** `event: update`, once a second at most, of many in several events: those with news. `rows` of the table that have changed are to be read again. */
export const updateSchema = z
  .object({
    destinations: z.array(liveChangeSchema),
    removed: z.array(z.number().int()),
    rows: z.array(z.number().int()),
  })
  .meta({ id: 'Update' });

export type Snapshot = z.infer<typeof snapshotSchema>;

export type Update = z.infer<typeof updateSchema>;

export const liveListSchema = z.object({ destinations: z.array(liveSchema) });
