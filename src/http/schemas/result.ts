import { z } from 'zod';
import { DOUBTS } from '../../entities/doubt.ts';
import { outcomeSchema } from './live.ts';

/** A row of the table of results; docs/tables.md says what its columns mean. */
export const resultSchema = z
  .object({
    id: z.number().int(),
    rtime: z.string().describe('ns since the Unix epoch; a text, because a number would be rounded'),
    destination_id: z.number().int().nullable(),
    destination: z.string().nullable(),
    source_id: z.number().int().nullable(),
    address: z.string().nullable(),
    outcome: outcomeSchema,
    doubt: z.enum(DOUBTS).nullable(),
    rtt: z.number().nullable().describe('ms'),
    rttl: z.number().nullable(),
    rtype: z.number().nullable(),
    icmptype: z.number().nullable(),
    rcode: z.number().nullable(),
    rid: z.number().nullable(),
    rseq: z.number().nullable(),
    datamatch: z.boolean().nullable(),
    rsite: z.number().nullable(),
    rhost: z.number().nullable(),
  })
  .meta({ id: 'Result' });

/** Newest first. */
export const resultsPageSchema = z.object({
  results: z.array(resultSchema),
  next: z.string().nullable().describe('the cursor of the next, older page; null where there is none'),
});

export type ResultBody = z.infer<typeof resultSchema>;

export type ResultsPage = z.infer<typeof resultsPageSchema>;
