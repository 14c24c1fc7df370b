import type { LiveState } from '../live/destination.ts';
import { BLUE, BOLD, CYAN, DIM, GREEN, MAGENTA, RED, type Style, YELLOW } from './style.ts';

/** What a terminal can show. */
export interface Capabilities {
  hasColours: boolean;
  /** Whether it shows more than ASCII. */
  hasUnicode: boolean;
}

/** As the environment tells: https://no-color.org, and the locale. The console of Linux has not all of the characters that are drawn with. */
export function capabilitiesOf(env: NodeJS.ProcessEnv): Capabilities {
  const isDumb = env.TERM === 'dumb';
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  return {
    hasColours: !env.NO_COLOR && !isDumb,
    hasUnicode: !isDumb && env.TERM !== 'linux' && /utf-?8/i.test(locale),
  };
}

/** How each state looks: a sign, and a colour; neither tells more than the word does. */
export const STATE_LOOKS: Readonly<Record<LiveState, { sign: string; ascii: string; style: Style }>> = {
  down: { sign: '■', ascii: 'X', style: RED | BOLD },
  lossy: { sign: '▲', ascii: '!', style: YELLOW | BOLD },
  unsent: { sign: '◆', ascii: '?', style: MAGENTA | BOLD },
  invalid: { sign: '◇', ascii: 'E', style: MAGENTA },
  waiting: { sign: '○', ascii: '.', style: CYAN },
  up: { sign: '●', ascii: '+', style: GREEN },
  paused: { sign: '‖', ascii: '=', style: DIM },
};

/** Those that somebody should look at. */
export const TROUBLES: ReadonlySet<LiveState> = new Set(['down', 'lossy', 'unsent', 'invalid']);

/** The signs that screens are made of. */
export interface Signs {
  ellipsis: string;
  /** Of a column that is sorted by: the largest first, or the smallest. */
  descending: string;
  ascending: string;
  /** From low to high. */
  levels: readonly string[];
  /** Shares of loss, from some to all. */
  losses: readonly string[];
  /** A probe that was lost, and one that is neither lost nor received. */
  lost: string;
  unknown: string;
  /** A time of which there is nothing. */
  nothing: string;
  separator: string;
  /** Of a group whose rows are shown, or are not. */
  expanded: string;
  collapsed: string;
  arrows: string;
  sideways: string;
  axis: string;
  corner: string;
  floor: string;
}

const EIGHTHS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

const UNICODE: Signs = {
  ellipsis: '…',
  descending: '▼',
  ascending: '▲',
  levels: EIGHTHS,
  losses: EIGHTHS,
  lost: '╳',
  unknown: '·',
  nothing: '░',
  separator: ' │ ',
  expanded: '▾',
  collapsed: '▸',
  arrows: '↑↓',
  sideways: '←→',
  axis: '┤',
  corner: '└',
  floor: '─',
};

const ASCII: Signs = {
  ellipsis: '~',
  descending: 'v',
  ascending: '^',
  levels: ['_', '.', '-', '=', '+', '*', '%', '#'],
  losses: ['1', '2', '3', '4', '5', '6', '7', '8', '9', 'X'],
  lost: 'X',
  unknown: '?',
  nothing: ':',
  separator: ' | ',
  expanded: 'v',
  collapsed: '>',
  arrows: 'j/k',
  sideways: '< >',
  axis: '|',
  corner: '+',
  floor: '-',
};

export const signsOf = ({ hasUnicode }: Capabilities): Signs => (hasUnicode ? UNICODE : ASCII);

export const signOf = (state: LiveState, { hasUnicode }: Capabilities): string =>
  STATE_LOOKS[state][hasUnicode ? 'sign' : 'ascii'];

/** What of the screen is not about any destination. */
export const TITLE: Style = BOLD;
export const KEY: Style = BOLD;
export const NOTE: Style = DIM;
export const ALARM: Style = RED | BOLD;
export const WARNING: Style = YELLOW;
export const BAND: Style = BLUE;
export const LINE: Style = GREEN | BOLD;
