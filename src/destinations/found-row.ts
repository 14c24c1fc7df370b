import type { FoundDestination } from '../import/found.ts';
import { InputError } from '../input/input-error.ts';
import { dataOf, type NewRow, newRow } from './new-row.ts';

/** The row that what a file says stands for, with every column, or what is wrong with it. */
export function rowOf(
  { line, size, source, ...found }: FoundDestination,
  sources: ReadonlyMap<string, number> = new Map(),
): { row: NewRow } | { problem: string } {
  try {
    return {
      row: newRow({
        ...found,
        data: dataOf({ data: found.data, size }),
        name: found.name || undefined,
        source_id: source === undefined ? found.source_id : sourceId(source, sources),
      }),
    };
  } catch (error) {
    if (error instanceof InputError) return { problem: error.message };
    throw error;
  }
}

function sourceId(name: string, sources: ReadonlyMap<string, number>): number {
  const id = sources.get(name);
  if (id !== undefined) return id;
  throw new InputError(
    `source ${name}: there is no such source; "pinger sources list" shows those there are`,
  );
}
