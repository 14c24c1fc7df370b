import { z } from 'zod';
import { ROLES } from '../../entities/role.ts';

/** Who asks. */
export const sessionSchema = z
  .object({
    required: z
      .boolean()
      .describe(
        'whether one has to sign in: not while pinger listens to its own host alone and has no user and no token',
      ),
    name: z.string().nullable().describe("the user's, or the token's; null where nobody has signed in"),
    kind: z.enum(['user', 'token']).nullable(),
    role: z.enum(ROLES).nullable().describe('viewer: may read; editor: may change, too'),
  })
  .meta({ id: 'Session' });

export type SessionBody = z.infer<typeof sessionSchema>;

export const signInSchema = z
  .strictObject({
    name: z.string().max(200),
    password: z.string().max(1024),
  })
  .meta({ id: 'SignIn' });

export type SignInBody = z.infer<typeof signInSchema>;
