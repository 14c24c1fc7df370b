/** What a chart shows: the last so many ms up to now, which goes on with time, or a fixed span, ms since the Unix epoch. */
export type Span = { last: number } | Window;

/** From when until when, ms since the Unix epoch. */
export interface Window {
  since: number;
  until: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Spans that are a button away; their `name` is how the command line writes them. */
export const PRESETS = [
  { name: '15m', label: '15 min', last: 15 * MINUTE },
  { name: '1h', label: '1 h', last: HOUR },
  { name: '6h', label: '6 h', last: 6 * HOUR },
  { name: '24h', label: '24 h', last: DAY },
  { name: '7d', label: '7 d', last: 7 * DAY },
  { name: '30d', label: '30 d', last: 30 * DAY },
  { name: '90d', label: '90 d', last: 90 * DAY },
  { name: '365d', label: '1 y', last: 365 * DAY },
] as const;

export const DEFAULT_SPAN: Span = { last: DAY };

/** The shortest and the longest that can be shown, ms. */
export const SHORTEST = 10 * SECOND;
export const LONGEST = 20 * 365 * DAY;

const UNITS: Readonly<Record<string, number>> = { s: SECOND, m: MINUTE, h: HOUR, d: DAY };

/** A length as the command line writes it, such as 15m or 90d; undefined for any other text. */
export function parseLength(text: string): number | undefined {
  const [, digits, unit = ''] = /^(\d{1,9})(s|m|h|d)$/.exec(text) ?? [];
  const length = Number(digits) * (UNITS[unit] ?? Number.NaN);
  return length >= SHORTEST && length <= LONGEST ? length : undefined;
}

/** In the longest unit that it is a whole number of; to the second. */
export function formatLength(length: number): string {
  const seconds = Math.max(1, Math.round(length / SECOND)) * SECOND;
  const preset = PRESETS.find(({ last }) => last === seconds);
  if (preset) return preset.name;
  const [unit, of] = Object.entries(UNITS).findLast(([, ms]) => seconds % ms === 0) as [string, number];
  return `${seconds / of}${unit}`;
}

/** ms since the Unix epoch, of digits or an ISO time; undefined for any other text. */
export function parseMoment(text: string): number | undefined {
  const moment = /^\d{1,15}$/.test(text) ? Number(text) : Date.parse(text);
  return Number.isFinite(moment) ? moment : undefined;
}

/** What the query of an address asks for: `last=24h`, or `since` and `until`. `problem`: what of it cannot be met; the default is shown then. */
export function spanOf(query: URLSearchParams): { span: Span; problem?: string } {
  const last = query.get('last');
  const [since, until] = [query.get('since'), query.get('until')];
  if (since !== null && until !== null) {
    const window = { since: parseMoment(since), until: parseMoment(until) };
    if (window.since === undefined || window.until === undefined || window.since >= window.until)
      return {
        span: DEFAULT_SPAN,
        problem: `since=${since}, until=${until}: expected two times, such as 2026-11-05T12:00:00Z, the first before the second; the last 24 h are shown`,
      };
    return { span: bounded(window as Window) };
  }
  if (last === null) return { span: DEFAULT_SPAN };
  const length = parseLength(last);
  if (length !== undefined) return { span: { last: length } };
  return {
    span: DEFAULT_SPAN,
    problem: `last=${last}: expected a length of 10s or more, such as 15m, 6h or 30d; the last 24 h are shown`,
  };
}

/** What the query of an address has to say for a span. */
export const queryOf = (span: Span): Record<'last' | 'since' | 'until', string | undefined> =>
  'last' in span
    ? { last: formatLength(span.last), since: undefined, until: undefined }
    : { last: undefined, since: isoOf(span.since), until: isoOf(span.until) };

const isoOf = (moment: number): string => new Date(Math.round(moment)).toISOString().replace('.000Z', 'Z');

export const windowOf = (span: Span, now: number): Window =>
  'last' in span ? { since: now - span.last, until: now } : span;

const reachesNow = ({ since, until }: Window, now: number): boolean => until >= now - (until - since) / 100;

/** Where zooming without a pointer holds on to: what goes on until now goes on until now. */
export const holdOf = (window: Window, now: number): number =>
  reachesNow(window, now) ? window.until : (window.since + window.until) / 2;

/** The span that a window stands for; one that reaches up to now, within 1 %, goes on with time. */
export function spanFrom(window: Window, now: number): Span {
  if (!reachesNow(window, now)) return bounded(window);
  const length = window.until - window.since;
  return { last: Math.min(LONGEST, Math.max(SHORTEST, Math.round(length / SECOND) * SECOND)) };
}

/** A window `factor` as long, in which the moment `at` stays where it is. */
export function zoomed({ since, until }: Window, factor: number, at: number): Window {
  const length = Math.min(LONGEST, Math.max(SHORTEST, (until - since) * factor));
  const share = (at - since) / (until - since);
  return { since: at - length * share, until: at + length * (1 - share) };
}

/** A window moved by a share of its length, not beyond now. */
export function panned({ since, until }: Window, share: number, now: number): Window {
  const by = Math.min((until - since) * share, Math.max(0, now - until));
  return { since: since + by, until: until + by };
}

/** A window moved so that it ends now at the latest. */
export function withinNow({ since, until }: Window, now: number): Window {
  const beyond = Math.max(0, until - now);
  return { since: since - beyond, until: until - beyond };
}

/** No shorter and no longer than can be shown. */
function bounded({ since, until }: Window): Window {
  const length = until - since;
  if (length < SHORTEST)
    return { since: (since + until - SHORTEST) / 2, until: (since + until + SHORTEST) / 2 };
  return length > LONGEST ? { since: until - LONGEST, until } : { since, until };
}
