import { BY_SEVERITY } from '../live/severity.ts';
import { SORT_KEYS } from './columns.ts';
import { Frame } from './frame.ts';
import { KEY, NOTE, STATE_LOOKS, signOf, signsOf, TITLE } from './look.ts';
import { putHints, type Surroundings } from './screen.ts';
import type { Span } from './style.ts';

const STATES: Readonly<Record<(typeof BY_SEVERITY)[number], string>> = {
  down: 'the last three probes were lost',
  unsent: 'the last one never left the host',
  invalid: 'its row cannot be probed',
  lossy: 'some of the last 60 were lost',
  waiting: 'no probe has come to its end yet',
  up: 'none of the last 60 were lost',
  paused: 'it is not probed',
};

const KEYS: readonly (readonly [string, string])[] = [
  ['up down j k', 'select; PgUp PgDn Space Home End g G'],
  ['Enter', 'detail: figures, chart, newest results'],
  ['/', 'filter by part of name, address or source'],
  ['t', 'only troubles (down, unsent, invalid, lossy)'],
  ['s', 'only one state, the next each time'],
  ['< > r', 'sort by the column before, or after; reverse the order'],
  [Object.values(SORT_KEYS).join(' '), 'sort by'],
  ['', Object.keys(SORT_KEYS).join(', ')],
  ['b', 'group by state, protocol, name or subnet, source, none'],
  ['left right', 'collapse a group, expand it; - + all groups; Enter either'],
  ['p', 'pause or resume, a group as well; asks first'],
  ['Esc', 'take filters and selection away'],
  ['q Ctrl-C', 'quit'],
];

const IN_DETAIL: readonly (readonly [string, string])[] = [
  ['left right 1-8', 'span, from 10 minutes to a year; y: axis from 0'],
  ['up down j k', 'the destination before, or after'],
];

/** The screen that explains the others, page by page. */
export function helpFrame(surroundings: Surroundings, page: number): Frame {
  const { width, height } = surroundings;
  const frame = new Frame(width, height, surroundings);
  const lines = linesOf(surroundings);
  const room = roomOf(height);
  lines.slice(page * room, (page + 1) * room).forEach((spans, y) => void frame.putSpans(0, y, spans, width));
  putHints(frame, [['any key', page + 1 < helpPages(height) ? 'more' : 'back']]);
  return frame;
}

/** How many pages there are on a screen of this height. */
export const helpPages = (height: number): number => Math.ceil(LINES / roomOf(height));

const roomOf = (height: number): number => Math.max(1, height - 1);

/** Titles, and what is below them. */
const LINES = 3 + KEYS.length + IN_DETAIL.length + BY_SEVERITY.length;

function linesOf(surroundings: Surroundings): Span[][] {
  const line = ([keys, what]: readonly [string, string]): Span[] => [
    { text: keys.padEnd(KEYS_WIDTH), style: KEY },
    { text: `${keys.length >= KEYS_WIDTH ? ' ' : ''}${what}` },
  ];
  const { lost, nothing } = signsOf(surroundings);
  return [
    [
      { text: 'pinger watch', style: TITLE },
      { text: '  figures are of the last 60 probes, times in ms', style: NOTE },
    ],
    ...KEYS.map(line),
    [{ text: 'In the detail', style: TITLE }],
    ...IN_DETAIL.map(line),
    [
      { text: 'States', style: TITLE },
      { text: `  ${lost} a probe that was lost, ${nothing} a time without results`, style: NOTE },
    ],
    ...BY_SEVERITY.map((state): Span[] => [
      { text: `${signOf(state, surroundings)} ${state}`.padEnd(KEYS_WIDTH), style: STATE_LOOKS[state].style },
      { text: STATES[state] },
    ]),
  ];
}

const KEYS_WIDTH = 15;
