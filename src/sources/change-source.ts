import type { EntityManager } from 'typeorm';
import { problemOfAddress } from '../entities/settings.ts';
import { Source } from '../entities/source.ts';
import { InputError } from '../input/input-error.ts';
import { oneLine } from '../input/one-line.ts';

/** What of a source is people's to change. */
export type SourceChanges = Partial<Pick<Source, 'location' | 'host' | 'sourceid' | 'address' | 'name'>>;

/** Changes one of the sources in an edit of the caller's. Throws InputError where another one stands in the way. */
export async function changeSource(
  manager: EntityManager,
  source: Source,
  { sources, changes }: { sources: readonly Source[]; changes: SourceChanges },
): Promise<void> {
  const { address } = changes;
  const problem = typeof address === 'string' ? problemOfAddress(address) : undefined;
  if (problem !== undefined) throw new InputError(problem);
  for (const column of ['sourceid', 'name'] as const) {
    const value = changes[column];
    const holder = sources.find((other) => other.id !== source.id && other[column] === value);
    if (value === undefined || value === null || !holder) continue;
    const named = holder.name === null ? '' : ` (${oneLine(holder.name)})`;
    throw new InputError(`${column} ${oneLine(String(value))} is taken by source ${holder.id}${named}`);
  }
  await manager.getRepository(Source).update({ id: source.id }, changes);
}
