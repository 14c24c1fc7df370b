import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ChannelKind } from '../alerts/channel.ts';
import { filledIn } from '../alerts-file/wanted.ts';
import type { AlertChannel } from '../entities/alert-channel.ts';
import { each, parseLength, parseWholeTime } from './alerts-options.ts';
import { CommandFailure } from './failure.ts';
import { parseCount } from './options.ts';

/** What the options of a channel say; times in ms. */
export interface ChannelOptions {
  url?: string;
  secret?: string;
  header?: [string, string][];
  server?: string;
  requireTls?: true;
  from?: string;
  to?: string[];
  env?: [string, string][];
  timeout?: number;
  maxEvents?: number;
  resolved?: boolean;
  groupWait?: number;
  groupInterval?: number;
}

/** What only one kind of channel has. */
const OF_KIND = {
  webhook: ['url', 'secret', 'header'],
  email: ['server', 'requireTls', 'from', 'to'],
  command: ['program', 'env'],
} as const satisfies Record<ChannelKind, readonly string[]>;

/** Of a header, or of a variable. */
const pair = (sign: string, looks: string) =>
  each((text): [string, string] => {
    const at = text.indexOf(sign);
    if (at > 0) return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
    throw new InvalidArgumentError(`expected ${looks}`);
  });

/** A command that takes where a channel leads. */
export const withChannelOptions = (command: Command): Command =>
  command
    .addOption(new Option('--url <url>', 'of a webhook: where messages are posted'))
    .addOption(new Option('--secret <text>', 'what they are signed with, as Standard Webhooks has it'))
    .addOption(
      new Option('--header <name:value>', 'a header of theirs; to be given for each').argParser(
        pair(':', 'a name, a colon and a value, such as "x-team: net"'),
      ),
    )
    .addOption(new Option('--server <url>', 'of e-mail: smtps://USER:PASSWORD@HOST, or smtp://…'))
    .addOption(new Option('--require-tls', 'send nothing without TLS'))
    .addOption(new Option('--from <address>', 'whom e-mail is from'))
    .addOption(
      new Option('--to <address>', 'whom it is for; to be given for each').argParser(each((text) => text)),
    )
    .addOption(
      new Option(
        '--env <name=value>',
        'of a command: a variable of its environment; to be given for each',
      ).argParser(pair('=', 'a name, = and a value')),
    )
    .addOption(new Option('--timeout <time>', 'how long one message may take').argParser(parseLength))
    .addOption(
      new Option('--max-events <n>', 'how many alerts a message lists; beyond, it says how many').argParser(
        parseCount,
      ),
    )
    .addOption(
      new Option(
        '--group-wait <time>',
        'how long others are waited for that may be told in the same message',
      ).argParser(parseWholeTime),
    )
    .addOption(
      new Option(
        '--group-interval <time>',
        'how long it is at least from one message of a rule to the next',
      ).argParser(parseWholeTime),
    )
    .addOption(new Option('--resolved', 'tell the end of alerts, too'))
    .addOption(new Option('--no-resolved', 'tell only that alerts begin'));

/** The row that the options make of another one. Throws CommandFailure (usage), or InputError for a variable that is not there. */
export function channelColumns<Row extends Omit<AlertChannel, 'id' | 'kind'> & { kind: string | undefined }>(
  row: Row,
  given: ChannelOptions,
  program: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Row & { kind: string } {
  const kind = kindOf({ ...given, ...(program.length > 0 ? { program } : {}) }) ?? row.kind;
  if (kind === undefined)
    throw new CommandFailure('where does it lead? Give --url, --server, or a program after --', 2);
  const before: Record<string, unknown> = kind === row.kind ? settingsOf(row) : {};
  const { url, secret, header, server, requireTls, from, to, timeout, maxEvents } = given;
  const settings = {
    ...before,
    ...defined({ url, secret, server, require_tls: requireTls, from, to, timeout, max_events: maxEvents }),
    ...(header && { headers: Object.fromEntries(header) }),
    ...(given.env && { env: Object.fromEntries(given.env) }),
    ...(program.length > 0 && { argv: program }),
  };
  return {
    ...row,
    kind,
    ...defined({
      send_resolved: given.resolved,
      group_wait: given.groupWait,
      group_interval: given.groupInterval,
    }),
    settings: JSON.stringify(filledIn(settings, env)),
  };
}

function kindOf(given: object): ChannelKind | undefined {
  const kinds = (Object.keys(OF_KIND) as ChannelKind[]).filter((kind) =>
    OF_KIND[kind].some((option) => option in given),
  );
  if (kinds.length > 1)
    throw new CommandFailure(
      `${kinds.join(' and ')} at once: expected the options of one kind of channel ("--help" lists them)`,
      2,
    );
  return kinds[0];
}

function settingsOf({ settings }: Pick<AlertChannel, 'settings'>): Record<string, unknown> {
  try {
    return JSON.parse(settings);
  } catch {
    // What cannot be read is made anew.
    return {};
  }
}

const defined = <Value extends object>(given: Value): Partial<Value> =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<Value>;
