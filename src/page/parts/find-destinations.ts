import type { LiveStore } from '../api/live.ts';
import type { Option } from './combobox.tsx';

/** So many of what fits are shown; typing more finds the others. */
const SHOWN = 50;

/** Destinations whose words all words of a text are in, by name, for a field that finds one of thousands. */
export function findDestinations(live: LiveStore, text: string, isTaken: (id: number) => boolean): Option[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const fitting = [...live.all()].filter(
    (each) => !isTaken(each.id) && words.every((word) => each.words.includes(word)),
  );
  return fitting
    .sort((a, b) => (a.nameKey < b.nameKey ? -1 : a.nameKey > b.nameKey ? 1 : a.id - b.id))
    .slice(0, SHOWN)
    .map(({ id, name, label }) => ({ id, name, detail: name === label ? `#${id}` : `${label} #${id}` }));
}
