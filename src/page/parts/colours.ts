import { signal } from '@preact/signals';
import { OUTCOME_PARTS } from './outcome-parts.ts';
import { LOSS_CLASSES } from './loss.ts';

/** Raised whenever the page is in other colours: what is drawn on a canvas has to be drawn again. */
export const theme = signal(0);

const changed = () => {
  theme.value++;
};
new MutationObserver(changed).observe(document.documentElement, {
  attributes: true,
  attributeFilter: ['data-theme', 'class', 'style'],
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed);

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

/** How many lines a comparison tells apart. */
export const MOST_LINES = 8;

/** What the variables of the style sheet stand for at an element; a canvas knows no variables. */
export function coloursAt(element: HTMLElement): Colours {
  const probe = document.createElement('span');
  probe.hidden = true;
  element.append(probe);
  const of = (name: string): string => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const colours: Colours = {
    text: of('text'),
    faint: of('faint'),
    line: of('line'),
    ground: of('ground'),
    smoke: of('smoke'),
    gap: of('gap'),
    loss: LOSS_CLASSES.map(({ level }) => of(`loss-${level}`)),
    outcomes: Object.fromEntries(OUTCOME_PARTS.map(({ name }) => [name, of(`outcome-${name}`)])),
    lines: Array.from({ length: MOST_LINES }, (_, n) => of(`line-${n + 1}`)),
  };
  probe.remove();
  return colours;
}
