import type { EntityManager } from 'typeorm';
import { counted } from '../cli/format.ts';
import { Destination } from '../entities/destination.ts';
import { elementsOf } from '../storage/sql.ts';
import type { WatchedRow } from './row.ts';
import type { Question } from './view-state.ts';

/** What to ask about rows. As soon as one of them is probed, it is whether to pause those that are; else whether to resume all. */
export function questionAbout(rows: readonly WatchedRow[], title: string): Question {
  const isActive = rows.some(({ destination }) => destination.active);
  const meant = rows.filter(({ destination }) => destination.active === isActive);
  const ids = [...new Set(meant.map(({ id }) => id))];
  return {
    title: rows.length === 1 ? title : `${counted(ids.length, 'destination')} of ${title}`,
    ids,
    isActive,
  };
}

/** Pauses destinations, or resumes them; those that are so already stay untouched. Throws QueryFailedError. */
export async function setActive(
  manager: EntityManager,
  ids: readonly number[],
  active: boolean,
): Promise<void> {
  const wanted = elementsOf(manager.connection, ':ids', 'bigint');
  await manager
    .createQueryBuilder()
    .update(Destination)
    .set({ active })
    .where(`active <> :active AND id IN (SELECT CAST(value AS bigint) FROM ${wanted} AS wanted)`, {
      active,
      ids: JSON.stringify(ids),
    })
    .execute();
}
