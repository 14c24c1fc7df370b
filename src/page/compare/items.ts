import { MOST_LINES } from '../parts/lines.ts';

/** What is compared: a destination, as all sources together see it, or one of them. */
export interface Item {
  destination: number;
  source: number | undefined;
}

/** As the query of an address has it: `12` or `12:3`. */
export const keyOf = ({ destination, source }: Item): string =>
  source === undefined ? String(destination) : `${destination}:${source}`;

/** What a query asks for; what is none is left out, and so is what there is twice or too much of. */
export function itemsOf(text: string | null): Item[] {
  const items = new Map<string, Item>();
  for (const part of (text ?? '').split(',')) {
    const [, destination, source] = /^([1-9]\d{0,9})(?::([1-9]\d{0,9}))?$/.exec(part) ?? [];
    if (destination === undefined) continue;
    const item = {
      destination: Number(destination),
      source: source === undefined ? undefined : Number(source),
    };
    items.set(keyOf(item), item);
  }
  return [...items.values()].slice(0, MOST_LINES);
}

/** undefined where nothing is compared. */
export const textOf = (items: readonly Item[]): string | undefined =>
  items.length === 0 ? undefined : items.map(keyOf).join(',');
