import type {
  ChangedDestinationBody,
  DestinationBody,
  NewDestinationBody,
} from '../../http/schemas/destination.ts';
import { timeText } from '../moments.ts';
import { type TextProblems, timesOf } from './texts.ts';

/** What is typed into the form, as it is typed. What is empty is not said. */
export interface Draft {
  /** Of new ones: addresses, a line each. */
  lines: string;
  address: string;
  name: string;
  protocol: string;
  port: string;
  interval: string;
  timeout: string;
  ttl: string;
  data: string;
  source_id: string;
}

export type Field = keyof Draft;

export const EMPTY: Draft = {
  lines: '',
  address: '',
  name: '',
  protocol: '',
  port: '',
  interval: '',
  timeout: '',
  ttl: '',
  data: '',
  source_id: '',
};

/** Of the one source's choice: every source. */
export const EVERY_SOURCE = 'every';

/** What is wrong with fields, a line each. */
export type FieldProblems = TextProblems<Field>;

/** The form about a destination that is there. */
export const draftOf = (row: DestinationBody): Draft => ({
  ...EMPTY,
  address: row.address,
  name: row.name ?? '',
  protocol: row.protocol ?? '',
  port: row.port === null ? '' : String(row.port),
  interval: timeText(row.interval),
  timeout: timeText(row.timeout),
  ttl: String(row.ttl),
  data: row.data,
  source_id: row.source_id === null ? EVERY_SOURCE : String(row.source_id),
});

type Settings = Omit<NewDestinationBody, 'address' | 'name'>;

/** What a form says of how to probe, or what is wrong with how it says it. */
export function settingsOf(draft: Draft): { settings: Settings; problems: FieldProblems } {
  const problems: FieldProblems = {};
  const settings: Settings = timesOf<Field, 'interval' | 'timeout'>(draft, ['interval', 'timeout'], problems);
  for (const field of ['ttl', 'port'] as const) {
    if (draft[field] === '') continue;
    if (/^\s*\d{1,15}\s*$/.test(draft[field])) settings[field] = Number(draft[field]);
    else problems[field] = `"${draft[field]}" is not a whole number`;
  }
  if (draft.protocol !== '') settings.protocol = draft.protocol as NonNullable<Settings['protocol']>;
  if (draft.data !== '') settings.data = draft.data;
  if (draft.source_id !== '')
    settings.source_id = draft.source_id === EVERY_SOURCE ? null : Number(draft.source_id);
  return { settings, problems };
}

/** What a form changes of the destination that it was made of: what was emptied is taken away. */
export function changesOf(
  draft: Draft,
  row: DestinationBody,
): { changes: ChangedDestinationBody; problems: FieldProblems } {
  const before = draftOf(row);
  const changed = Object.fromEntries(
    Object.entries(draft).map(([field, text]) => [field, text === before[field as Field] ? '' : text]),
  ) as unknown as Draft;
  const { settings, problems } = settingsOf(changed);
  const changes: ChangedDestinationBody = settings;
  const emptied = (field: Field) => draft[field] === '' && before[field] !== '';
  if (draft.address !== before.address) changes.address = draft.address.trim();
  if (draft.name !== before.name) changes.name = draft.name.trim() || null;
  if (emptied('port')) changes.port = null;
  if (emptied('data')) changes.data = '';
  for (const field of ['interval', 'timeout', 'ttl', 'protocol'] as const)
    if (emptied(field)) problems[field] = `${field} is empty: it was ${before[field]}`;
  return { changes, problems };
}

/** The field of a column. */
export const fieldOf = (name: string): Field | undefined =>
  name !== 'lines' && Object.hasOwn(EMPTY, name) ? (name as Field) : undefined;
