import { z } from 'zod';
import { DOUBTS } from '../../entities/doubt.ts';
import { GAP_REASONS } from '../../entities/gap.ts';
import { count, moment, ms } from './common.ts';
import { sourceSchema } from './source.ts';

const duration = z.number().nonnegative();

/** A figure of each. */
const each = <Name extends string, Value extends z.ZodType>(names: readonly Name[], value: Value) =>
  z.object(Object.fromEntries(names.map((name) => [name, value])) as Record<Name, Value>);

/** What a monitor has counted and measured of itself since its start. */
export const countersSchema = z
  .object({
    sent: count.describe('packets sent'),
    received: count.describe('packets received'),
    dropped: count.describe('packets that the host dropped before they were read'),
    ignored: count.describe("packets that are malformed, or about somebody's other traffic"),
    foreign: count.describe("answers to somebody else's probes, forged or too old to be known"),
    missed: count.describe('due times that passed without a probe'),
    results: count.describe('results made'),
    stored: count.describe('results put into the database'),
    lost: count.describe('results given up'),
    spilled: count.describe('results put into the spill'),
    drained: count.describe('results that came from there into the database'),
    spill_results: count.describe('results in the spill now'),
    spill_bytes: count.describe('bytes of the spill on the disk'),
    waiting: count.describe('results that wait to be stored'),
    waiting_max: count.describe('the most that ever did in memory'),
    receive_queue_max: count.describe('the most that waited to be read, bytes'),
    lateness_count: count.describe('probes sent'),
    lateness_sum: duration.describe('how long after their due times in all, ms'),
    lateness_p50: ms.describe('how long after its due time a probe was sent, ms'),
    lateness_p99: ms,
    lateness_p999: ms,
    lateness_max: ms,
    loop_delay_count: count.describe('how often the process woke up'),
    loop_delay_sum: duration.describe('how late in all, ms'),
    loop_delay_p50: ms.describe('how late the process woke up, ms'),
    loop_delay_p99: ms,
    loop_delay_max: ms,
    doubts: each(DOUBTS, count).describe('results that this host may have distorted, by how'),
    gaps: each(GAP_REASONS, count).describe('times in which nothing could be probed, by why'),
    gap_time: each(GAP_REASONS, duration).describe('how long they were in all, ms'),
  })
  .meta({ id: 'Counters' });

/** A monitor as it is now. */
export const monitorSchema = z
  .object({
    version: z.string(),
    state: z.enum(['idle', 'starting', 'running', 'stopping', 'stopped']),
    started: moment.nullable().describe('since when it probes, ms since the Unix epoch'),
    source: sourceSchema.omit({ seen: true }).nullable().describe('which source it is'),
    database: z.object({
      name: z.string().describe('a file, or a URL without its password'),
      trouble: z.string().nullable().describe('what keeps results from being stored now'),
    }),
    destinations: count.describe('rows of the table that are its own, probed or not'),
    counters: countersSchema,
  })
  .meta({ id: 'Monitor' });

export const healthSchema = z.object({ status: z.literal('ok') }).meta({ id: 'Health' });
