import { colour } from '../shell/colours.ts';
import { MOST_LINES } from './lines.ts';
import { LOSS_CLASSES } from './loss.ts';
import { OUTCOME_PARTS } from './outcome-parts.ts';

/** Colours of the page, as a canvas takes them. */
export interface Colours {
  text: string;
  faint: string;
  line: string;
  ground: string;
  smoke: string;
  gap: string;
  /** By level of loss. */
  loss: readonly string[];
  outcomes: Readonly<Record<string, string>>;
  /** Of the lines of a comparison. */
  lines: readonly string[];
}

/** What the variables of the style sheet stand for now; a canvas knows no variables. */
export const coloursNow = (): Colours => ({
  text: colour('--text'),
  faint: colour('--faint'),
  line: colour('--line'),
  ground: colour('--ground'),
  smoke: colour('--smoke'),
  gap: colour('--gap'),
  loss: LOSS_CLASSES.map(({ level }) => colour(`--loss-${level}`)),
  outcomes: Object.fromEntries(OUTCOME_PARTS.map(({ name }) => [name, colour(`--outcome-${name}`)])),
  lines: Array.from({ length: MOST_LINES }, (_, n) => colour(`--line-${n + 1}`)),
});
