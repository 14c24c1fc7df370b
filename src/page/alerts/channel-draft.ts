import type { ChannelKind } from '../../alerts/channel.ts';
import type { ChannelBody } from '../../http/schemas/alert.ts';
import type { RecordField } from '../edit/record-field.tsx';
import { type TextProblems, type Texts, timesOf } from '../edit/texts.ts';

const KIND_WORDS: readonly (readonly [Exclude<ChannelKind, 'command'>, string])[] = [
  ['webhook', 'webhook: an HTTP request'],
  ['email', 'e-mail'],
];

export const NEW_CHANNEL: Texts = {
  name: '',
  kind: 'webhook',
  send_resolved: 'yes',
  replace: 'yes',
  url: '',
  secret: '',
  headers: '',
  server: '',
  require_tls: '',
  from: '',
  to: '',
  timeout: '',
};

/** The form about a channel that is there; its settings nobody is shown. */
export const channelTexts = ({ name, kind, send_resolved }: ChannelBody): Texts => ({
  ...NEW_CHANNEL,
  name,
  kind,
  send_resolved: send_resolved ? 'yes' : '',
  replace: '',
});

const SETTINGS: Readonly<Record<string, readonly RecordField[]>> = {
  webhook: [
    {
      name: 'url',
      label: 'URL',
      wide: true,
      placeholder: 'https://hooks.example.com/pinger',
      hint: 'gets a POST of JSON',
    },
    {
      name: 'secret',
      label: 'Secret',
      control: 'secret',
      hint: 'what messages are signed with; may be empty',
    },
    { name: 'timeout', label: 'Timeout', placeholder: '10s', hint: 'how long an answer may take' },
    {
      name: 'headers',
      label: 'Headers',
      control: 'lines',
      wide: true,
      placeholder: 'authorization: Bearer …',
      hint: 'one a line; may be empty',
    },
  ],
  email: [
    {
      name: 'server',
      label: 'Server',
      wide: true,
      placeholder: 'smtps://user:password@mail.example.com:465',
      hint: 'smtps://, or smtp:// for one that turns to TLS where it can',
    },
    { name: 'from', label: 'From', placeholder: 'pinger@example.com' },
    { name: 'to', label: 'To', placeholder: 'you@example.com', hint: 'several with commas between them' },
    { name: 'timeout', label: 'Timeout', placeholder: '30s', hint: 'how long the server may take' },
    { name: 'require_tls', label: 'Never without TLS', control: 'switch' },
  ],
};

/** `isNew`: of a channel that is to be added. */
export function channelFields(texts: Texts, { isNew }: { isNew: boolean }): RecordField[] {
  const { kind = '', replace } = texts;
  const fields: (RecordField | false)[] = [
    { name: 'name', label: 'Name', hint: 'by which rules name it' },
    isNew && { name: 'kind', label: 'Kind', control: 'choice', choices: KIND_WORDS },
    !isNew &&
      kind in SETTINGS && {
        name: 'replace',
        label: 'Other settings',
        control: 'switch',
        hint: 'Those that it has are never shown; what is given takes the place of all of them.',
      },
    ...(replace === 'yes' ? (SETTINGS[kind] ?? []) : []),
    { name: 'send_resolved', label: 'Tell the end of an alert, too', control: 'switch' },
  ];
  return fields.filter((field) => field !== false);
}

export interface ChannelGiven {
  name: string;
  kind?: string;
  send_resolved: boolean;
  settings?: Record<string, unknown>;
}

/** What a form says of a channel, or what is wrong with how it says it. */
export function channelGiven(
  texts: Texts,
  { isNew }: { isNew: boolean },
): { body: ChannelGiven; problems: TextProblems } {
  const problems: TextProblems = {};
  const { name = '', kind = '', send_resolved, replace } = texts;
  const body = {
    name: name.trim(),
    send_resolved: send_resolved === 'yes',
    ...(isNew ? { kind } : {}),
    ...(replace === 'yes' ? { settings: settingsGiven(kind, texts, problems) } : {}),
  };
  return { body, problems };
}

function settingsGiven(kind: string, texts: Texts, problems: TextProblems): Record<string, unknown> {
  const text = (field: string) => (texts[field] ?? '').trim();
  const times = timesOf(texts, ['timeout'], problems);
  if (kind === 'email')
    return {
      server: text('server'),
      from: text('from'),
      to: text('to')
        .split(/[\s,;]+/)
        .filter(Boolean),
      ...(texts.require_tls === 'yes' ? { require_tls: true } : {}),
      ...times,
    };
  const headers = headersOf(text('headers'), problems);
  return {
    url: text('url'),
    ...(text('secret') === '' ? {} : { secret: texts.secret }),
    ...(Object.keys(headers).length > 0 ? { headers } : {}),
    ...times,
  };
}

function headersOf(text: string, problems: TextProblems): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
    const [, name, value] = /^\s*([^:\s]+)\s*:\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === undefined || value === undefined)
      problems.headers ??= `"${line.trim()}": expected a name and a value with a colon between them`;
    else headers[name] = value;
  }
  return headers;
}
