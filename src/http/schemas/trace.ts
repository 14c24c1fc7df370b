import { z } from 'zod';
import { OUTCOMES } from '../../entities/outcome.ts';
import { count, int32, ms, share } from './common.ts';
import { columns } from './query.ts';

/** One hop of a path; docs: `pinger trace`. */
export const hopSchema = z
  .object({
    hop: z.number().int().describe('TTL or hop limit'),
    addresses: z
      .array(z.object({ address: z.string(), name: z.string().nullable() }))
      .describe('who answered'),
    sent: count,
    received: count,
    loss: share,
    last: ms,
    avg: ms,
    best: ms,
    worst: ms,
    stdev: ms,
    late: count,
    outcomes: z.object(Object.fromEntries(OUTCOMES.map((outcome) => [outcome, count]))),
    fault: z
      .string()
      .nullable()
      .describe('the last ICMP error other than time exceeded, as mtr has it: !H, !N, !X …'),
  })
  .meta({ id: 'Hop' });

/** A trace of the path to a destination, which is not stored. It is forgotten some minutes after its end. */
export const traceSchema = z
  .object({
    id: z.string(),
    destination_id: z.number().int(),
    target: z.string().describe('the address that is traced'),
    count: count.describe('probes to each hop'),
    state: z.enum(['running', 'done', 'failed']),
    problem: z.string().nullable(),
    hops: z.array(hopSchema),
  })
  .meta({ id: 'Trace' });

export type TraceBody = z.infer<typeof traceSchema>;

export const newTraceSchema = columns({
  destination_id: int32,
  count: z.number().int().min(1).max(100).default(10).describe('probes to each hop'),
}).meta({ id: 'NewTrace' });
