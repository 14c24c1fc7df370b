import { z } from 'zod';
import { moment, text } from './common.ts';
import { columns } from './query.ts';

/** A host that runs pinger. */
export const sourceSchema = z
  .object({
    id: z.number().int(),
    location: z.number().int(),
    host: z.number().int(),
    sourceid: z.number().int().describe('the high byte of the identifier in its packets, 0 to 255'),
    address: z.string().nullable(),
    name: z.string().nullable(),
    seen: moment.nullable().describe('when it gave a sign of life last, ms since the Unix epoch'),
  })
  .meta({ id: 'Source' });

export const sourcesSchema = z.object({ sources: z.array(sourceSchema) });

const number = z
  .number()
  .int()
  .min(0)
  .max(2 ** 31 - 1);

/** What is to be changed of one; what is left out stays as it is. A monitor reads it when it starts. */
export const changedSourceSchema = columns({
  location: number.describe('the number of its location'),
  host: number.describe('its number there'),
  sourceid: z.number().int().min(0).max(255).describe('the high byte of the identifier in its packets'),
  address: text(1000).min(1, 'expected a host name or IP address, or null').nullable(),
  name: text(1000).min(1, 'a source needs a name').describe('what --source calls it'),
})
  .partial()
  .refine(
    (body) => Object.keys(body).length > 0,
    'nothing to change: expected one of the columns of a source',
  )
  .meta({ id: 'ChangedSource' });
