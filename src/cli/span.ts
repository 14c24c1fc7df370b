import type { DataSource } from 'typeorm';
import { CommandFailure } from './failure.ts';
import { oneLine } from './format.ts';

/** Refuses a span that ends before it begins. Throws CommandFailure. */
export function checkSpan({
  since,
  until,
}: {
  since?: number | undefined;
  until?: number | undefined;
}): void {
  if (since !== undefined && until !== undefined && until <= since)
    throw new CommandFailure('--until has to be later than --since', 2);
}

/** The names of all sources, by id. */
export async function sourceNames(dataSource: DataSource): Promise<Map<number | null, string | null>> {
  const rows: { id: number; name: string | null }[] = await dataSource.query('SELECT id, name FROM sources');
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** The id of the source with this name, or with this id where it has none; undefined where no name is given. Throws CommandFailure. */
export function sourceIds(
  names: Map<number | null, string | null>,
  wanted: string | undefined,
): number[] | undefined {
  if (wanted === undefined) return undefined;
  for (const [id, name] of names) if (id !== null && (name ?? String(id)) === wanted) return [id];
  throw new CommandFailure(
    `there is no source ${oneLine(wanted)}; "pinger sources list" shows those there are`,
  );
}
