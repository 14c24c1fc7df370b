import type { REPETITIONS } from '../../alerts/maintenance.ts';
import type { MaintenanceBody } from '../../http/schemas/alert.ts';
import type { RecordField } from '../edit/record-field.tsx';
import { notATime, type TextProblems, type Texts, timesOf } from '../edit/texts.ts';
import { formatClock, formatDate, timeText } from '../moments.ts';

const REPETITION_WORDS: Readonly<Record<(typeof REPETITIONS)[number] | '', string>> = {
  '': 'no',
  daily: 'daily',
  weekly: 'weekly',
};

/** The zone whose clocks the reader has. */
const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Begins when it is added unless told otherwise. */
export const newMaintenance = (destinations = ''): Texts => ({
  destinations,
  starts: '',
  length: '',
  repeats: '',
  time_zone: ownZone(),
  reason: '',
});

/** A moment as a field of the browser's has it, by the reader's clocks. */
const fieldMoment = (at: number): string => `${formatDate(at)}T${formatClock(at, { seconds: true })}`;

/** The form about a maintenance that is there. */
export const maintenanceTexts = (row: MaintenanceBody): Texts => ({
  destinations: row.destinations,
  starts: fieldMoment(row.starts),
  length: timeText(Math.max(1000, Math.round((row.ends - row.starts) / 1000) * 1000)),
  repeats: row.repeats ?? '',
  time_zone: row.time_zone ?? (row.repeats === null ? ownZone() : 'UTC'),
  reason: row.reason ?? '',
});

export function maintenanceFields({ repeats }: Texts): RecordField[] {
  const fields: (RecordField | false)[] = [
    {
      name: 'destinations',
      label: 'Destinations',
      placeholder: 'all',
      wide: true,
      hint: 'ids, names, addresses, web-*, protocol:tcp with commas between; ! leaves out; empty: all',
    },
    { name: 'starts', label: 'From', control: 'moment', hint: 'empty: now' },
    { name: 'length', label: 'For', placeholder: '2h', hint: 'how long: 30m, 2h, 1d' },
    {
      name: 'repeats',
      label: 'Repeats',
      control: 'choice',
      choices: Object.entries(REPETITION_WORDS),
      hint: 'at the same time of the day',
    },
    repeats !== '' && {
      name: 'time_zone',
      label: 'Time zone',
      hint: 'by whose clocks: Europe/Berlin, UTC',
    },
    { name: 'reason', label: 'Reason', wide: true, hint: 'for people; may be empty' },
  ];
  return fields.filter((field) => field !== false);
}

export type MaintenanceGiven = Pick<
  MaintenanceBody,
  'destinations' | 'starts' | 'ends' | 'repeats' | 'time_zone' | 'reason'
>;

/** What a form says of a maintenance, or what is wrong with how it says it. `before`: the row that it was made of. */
export function maintenanceGiven(
  texts: Texts,
  { now, before }: { now: number; before?: MaintenanceBody },
): { body: MaintenanceGiven; problems: TextProblems } {
  const problems: TextProblems = {};
  const text = (field: string) => (texts[field] ?? '').trim();
  const { length } = timesOf(texts, ['length'], problems);
  if (text('length') === '') problems.length = notATime('');
  // A field of the browser's knows no ms.
  const isAsBefore = before !== undefined && text('starts') === fieldMoment(before.starts);
  const starts = isAsBefore ? before.starts : text('starts') === '' ? now : Date.parse(text('starts'));
  const repeats = text('repeats') || null;
  return {
    problems,
    body: {
      destinations: text('destinations') || '*',
      starts,
      ends: starts + (length ?? 0),
      repeats,
      time_zone: repeats === null ? null : text('time_zone') || null,
      reason: text('reason') || null,
    },
  };
}
