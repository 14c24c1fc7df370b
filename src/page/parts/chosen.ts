import { go, route } from '../router.ts';

export type Chosen = Readonly<Record<string, string | undefined>>;

/** Puts into the query of the address what has been chosen; undefined takes it out. `replace`: not for the back button. */
export function choose(chosen: Chosen, { replace = false } = {}): void {
  const query = new URLSearchParams(route.peek().query);
  for (const [name, value] of Object.entries(chosen))
    if (value === undefined) query.delete(name);
    else query.set(name, value);
  // Colons and commas are allowed there, and addresses are read by people.
  const text = query.toString().replaceAll('%3A', ':').replaceAll('%2C', ',');
  if (text === location.search.slice(1)) return;
  go(text === '' ? location.pathname : `${location.pathname}?${text}`, { replace });
}

/** What the query says, if it is one of these; the first of them otherwise. */
export const chosenOf = <Value extends string>(
  query: URLSearchParams,
  name: string,
  values: readonly Value[],
): Value => values.find((value) => value === query.get(name)) ?? (values[0] as Value);

/** An id in the query; undefined where there is none. */
export function idOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name) ?? '';
  return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined;
}
