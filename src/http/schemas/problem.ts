import { z } from 'zod';

/** What is wrong with a request: https://www.rfc-editor.org/rfc/rfc9457 */
export const problemSchema = z
  .object({
    type: z.string().describe('a URI for the kind of problem; about:blank where the status says it all'),
    title: z.string().describe('the kind of problem'),
    status: z.number().int(),
    detail: z.string().describe('one line: what is wrong, where, and what would be right'),
    errors: z
      .array(
        z.object({
          pointer: z.string().describe('JSON pointer into the body, or the name of a parameter'),
          detail: z.string(),
        }),
      )
      .optional()
      .describe('each single thing that is wrong'),
  })
  .meta({ id: 'Problem' });

export type Problem = z.infer<typeof problemSchema>;
