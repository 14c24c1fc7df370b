import type { Path, Problem } from './problems.ts';
import { formatDuration } from './units.ts';

/** A span of time, ns since the start, has to begin before the scenario ends, and end after it has begun. */
export function checkSpan({ from, to }: { from: number; to: number }, duration: number, at: Path): Problem[] {
  if (from >= duration)
    return [
      {
        path: [...at, 'from'],
        message: `from ${formatDuration(from)}: the scenario has ended; expected a time before ${formatDuration(duration)}`,
      },
    ];
  if (from < to) return [];
  return [
    {
      path: [...at, 'to'],
      message: `to ${formatDuration(to)}: expected a time after from, ${formatDuration(from)}`,
    },
  ];
}
