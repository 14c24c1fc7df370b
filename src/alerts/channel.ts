import { isAbsolute } from 'node:path';
import { z } from 'zod';
import type { AlertChannel } from '../entities/alert-channel.ts';

export const CHANNEL_KINDS = ['webhook', 'email', 'command'] as const;

export type ChannelKind = (typeof CHANNEL_KINDS)[number];

const timeout = (usual: number) => z.number().int().min(100).max(120_000).default(usual);

/** Nobody wants to hear of an alert later, ms: a day. */
const LONGEST_GROUP = 86_400_000;

const line = z.string().regex(/^[^\r\n\0]*$/, 'expected one line');

/** https://www.rfc-editor.org/rfc/rfc9110#name-field-names */
const headerName = z.string().regex(/^[!#$%&'*+.^_`|~0-9a-z-]+$/i, 'expected the name of a header');

const url = (protocols: RegExp, looks: string) =>
  line.refine((text) => URL.canParse(text) && protocols.test(new URL(text).protocol), `expected ${looks}`);

const address = line.regex(/^[^@]+@[^@]+$/, 'expected an e-mail address');

/** As text, or behind `whsec_` in base64: what is no base64 would leave nothing to sign with. */
const secret = line
  .min(1)
  .regex(/^(?!whsec_)|^whsec_[a-z0-9+/]{4,}={0,2}$/i, 'expected base64 behind whsec_');

/** How many alerts a message lists; it says how many there are beyond. */
const max_events = z.number().int().min(1).max(10_000).default(100);

/** What each kind of channel has to be told; times in ms. */
export const channelSettings = {
  webhook: z.strictObject({
    url: url(/^https?:$/, 'a URL that begins with https:// or http://'),
    /** What requests are signed with: https://www.standardwebhooks.com */
    secret: secret.optional(),
    headers: z.record(headerName, line).default({}),
    timeout: timeout(10_000),
    max_events,
  }),
  email: z.strictObject({
    /** `smtps://USER:PASSWORD@HOST:465`, or `smtp://…`, which turns to TLS where the server can. */
    server: url(/^smtps?:$/, 'a URL that begins with smtps:// or smtp://'),
    /** Not to be sent without TLS, whatever the server can. */
    require_tls: z.boolean().default(false),
    from: address,
    to: z.array(address).min(1).max(50),
    timeout: timeout(30_000),
    max_events,
  }),
  command: z.strictObject({
    /** The program and its arguments, which no shell sees. */
    argv: z
      .array(z.string().regex(/^[^\0]*$/))
      .min(1)
      .max(100)
      .refine(([program = '']) => isAbsolute(program), 'expected the whole path of a program first'),
    env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string()).default({}),
    timeout: timeout(30_000),
    max_events,
  }),
};

export type ChannelSettings<Kind extends ChannelKind> = z.output<(typeof channelSettings)[Kind]>;

interface Common {
  id: number;
  name: string;
  sendResolved: boolean;
  /** How long others are waited for that may be told in the same message, and how long it is from one message of a rule to the next, ms. */
  groupWait: number;
  groupInterval: number;
}

/** A row of the table of channels, found to be right. */
export type Channel = Common &
  { [Kind in ChannelKind]: { kind: Kind; settings: ChannelSettings<Kind> } }[ChannelKind];

/** The channel that a row stands for, or what is wrong with it, in one line that has no secret in it. */
export function channelOf(row: AlertChannel): Channel | { problem: string } {
  const { id, name, kind, send_resolved, group_wait, group_interval } = row;
  if (typeof name !== 'string' || name.trim() === '') return { problem: 'name is empty' };
  if (!CHANNEL_KINDS.includes(kind as ChannelKind))
    return { problem: `kind ${JSON.stringify(kind)}: expected ${CHANNEL_KINDS.join(', ')}` };
  for (const [column, value] of Object.entries({ group_wait, group_interval }))
    if (!Number.isInteger(value) || value < 0 || value > LONGEST_GROUP)
      return {
        problem: `${column} ${JSON.stringify(value)}: expected a whole number from 0 to ${LONGEST_GROUP} ms`,
      };
  let given: unknown;
  try {
    given = JSON.parse(String(row.settings));
  } catch {
    return { problem: 'settings: not JSON' };
  }
  const settings = channelSettings[kind as ChannelKind].safeParse(given);
  if (!settings.success) return { problem: settingsProblem(settings.error) };
  const common: Common = {
    ...{ id, name, sendResolved: Boolean(send_resolved) },
    ...{ groupWait: group_wait, groupInterval: group_interval },
  };
  return { ...common, kind, settings: settings.data } as Channel;
}

/** What is wrong with settings, in one line: where, and what would be right; what they are is nobody's business. */
export const settingsProblem = ({ issues }: z.ZodError): string =>
  issues
    .map(({ path, message }) => `settings${path.length > 0 ? `.${path.join('.')}` : ''}: ${message}`)
    .join('; ');

/** Where a channel leads, as far as that is no secret: paths and queries of webhooks often are. */
export function targetOf(channel: Channel): string {
  switch (channel.kind) {
    case 'webhook': {
      const { origin, pathname, search } = new URL(channel.settings.url);
      return pathname === '/' && search === '' ? origin : `${origin}/…`;
    }
    case 'email':
      return channel.settings.to.join(', ');
    case 'command':
      return channel.settings.argv[0] ?? '';
  }
}
