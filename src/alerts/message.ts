import type { Alert } from '../entities/alert.ts';
import type { DeliveryKind } from '../entities/alert-delivery.ts';
import type { EventCounts, Waiting } from './outbox.ts';

/** What is told, as webhooks and commands get it. Later versions may have more keys; what these mean stays. */
export interface AlertMessage {
  version: 1;
  /** The same at every attempt: whoever gets a message twice may drop the second one. */
  id: string;
  /** Of the channel that it is for. */
  channel: string;
  /** How many alerts began, go on or are over, and how many of all these are not among `events`. */
  counts: EventCounts;
  omitted: number;
  events: AlertEventBody[];
}

export interface AlertEventBody {
  /** `test`: nothing has happened. */
  kind: DeliveryKind | 'test';
  alert: AlertBody;
}

/** An alert by its columns; moments in ms since the Unix epoch. `id` is its `uid`. */
export type AlertBody = Omit<Alert, 'id' | 'uid'> & { id: string };

export const messageOf = ({ message, counts, events }: Waiting, channel: string): AlertMessage => ({
  version: 1,
  id: message,
  channel,
  counts,
  omitted: counts.fired + counts.repeated + counts.resolved - events.length,
  events: events.map(({ kind, alert: { uid, ...alert } }) => ({ kind, alert: { id: uid, ...alert } })),
});

/** What somebody gets who wants to see whether it arrives. */
export const testMessage = ({
  id,
  channel,
  now,
}: {
  id: string;
  channel: string;
  now: number;
}): AlertMessage => ({
  version: 1,
  id,
  channel,
  counts: { fired: 0, repeated: 0, resolved: 0 },
  omitted: 0,
  events: [
    {
      kind: 'test',
      alert: {
        id,
        rule_id: 0,
        rule: 'test',
        severity: 'info',
        metric: 'state',
        destination_id: null,
        destination: null,
        source_id: 0,
        source: null,
        state: 'firing',
        started: now,
        fired: now,
        resolved: null,
        value: null,
        threshold: null,
        detail: 'pinger can reach you this way',
        suppressed: null,
        ended: null,
      },
    },
  ],
});

/** Subjects of e-mail say of so many alerts what they are about. */
const NAMED = 3;

const KINDS: Readonly<Record<AlertEventBody['kind'], string>> = {
  fired: 'ALERT',
  repeated: 'STILL',
  resolved: 'OK',
  test: 'TEST',
};

const subjectOf = ({ kind, alert: { destination, source, rule } }: AlertEventBody): string =>
  `${KINDS[kind]}: ${destination ?? source ?? 'pinger'} (${rule})`;

/** A message as people read it. */
export function textOf({ events, counts, omitted }: AlertMessage): { subject: string; text: string } {
  const rules = [...new Set(events.map(({ alert }) => alert.rule))].join(', ');
  const subject =
    events.length <= NAMED
      ? events.map(subjectOf).join(', ')
      : `${KINDS_IN_ORDER.flatMap((kind) => (counts[kind] > 0 ? `${KINDS[kind]}: ${counts[kind]}` : [])).join(', ')} (${rules})`;
  const all = events.map(lines);
  if (omitted > 0) all.push(`and ${omitted} more, which "pinger alerts list" shows`);
  return {
    subject: `[pinger] ${subject}`.replace(/\p{Cc}/gu, ' '),
    text: `${all.join('\n\n')}\n`,
  };
}

const KINDS_IN_ORDER = ['fired', 'repeated', 'resolved'] as const;

function lines({ kind, alert }: AlertEventBody): string {
  const { severity, source, started, resolved, detail, ended } = alert;
  return [
    subjectOf({ kind, alert }),
    `  ${detail}`,
    `  severity ${severity}${source === null ? '' : `, seen by ${source}`}`,
    `  since ${iso(started)}${resolved === null ? '' : `, until ${iso(resolved)}`}`,
    ...(ended === null ? [] : [`  over because ${ended}`]),
  ].join('\n');
}

/** Moments that no Date can say are told as they are. */
const iso = (moment: number): string =>
  Math.abs(moment) <= 8.64e15 ? new Date(moment).toISOString() : String(moment);
