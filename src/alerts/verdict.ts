import type { MaintenanceWindow } from './maintenance.ts';
import type { SourceWatch } from './source-watch.ts';
import type { Watched } from './watched.ts';

/** Whether what is bad of a destination is its own fault. `unsure`: that is about to be known. */
export type Verdict = { is: 'clear' } | { is: 'unsure' } | { is: 'suppressed'; by: string };

/** Nobody has more routers one behind the other, and parents may go round in circles. */
export const MOST_PARENTS = 16;

export interface VerdictQuestion {
  source: SourceWatch;
  destination: Watched;
  maintenances: readonly MaintenanceWindow[];
  /** Since when it has been bad, ms, monotonic. */
  since: number;
  /** ms since the Unix epoch. */
  wall: number;
}

/** Looks for a better explanation: the source's own trouble, a maintenance, or a parent that is down. */
export function verdictOf({ source, destination, maintenances, since, wall }: VerdictQuestion): Verdict {
  if (source.isInTrouble) return { is: 'suppressed', by: 'source' };
  const maintenance = maintenances.find((each) => each.isUnderWay(wall));
  if (maintenance) return { is: 'suppressed', by: `maintenance ${maintenance.id}` };
  let isUnsure = source.mayBeInTrouble(since);
  let { parent } = destination;
  for (let depth = 0; parent && parent !== destination && depth < MOST_PARENTS; depth++) {
    if (parent.probed && parent.state === 'down') return { is: 'suppressed', by: `parent ${parent.id}` };
    // Only an answer that came after all this had begun shows that it was there.
    if (parent.probed && parent.lastReceivedAt < since) isUnsure = true;
    parent = parent.parent;
  }
  return { is: isUnsure ? 'unsure' : 'clear' };
}
