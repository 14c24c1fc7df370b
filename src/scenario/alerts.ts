import { type WantedAlerts, wantedAlerts } from '../alerts-file/wanted.ts';
import { InputError } from '../input/input-error.ts';
import { parseSince } from '../input/times.ts';
import { MILLISECOND } from '../network/scheduler.ts';
import type { ScenarioAlerts } from './alerts-schema.ts';
import type { Problem } from './problems.ts';
import type { Scenario } from './schema.ts';
import { parseDuration } from './units.ts';

/** What there is where a scenario names no channels: one that every rule tells. */
export const ONLY_CHANNEL = 'simulation';

/** A name that never stands for a host: https://www.rfc-editor.org/rfc/rfc6761#section-6.4 */
const NOWHERE = { url: 'https://simulation.invalid/' };

/** The rows that a scenario asks for, or what is wrong with them; `idsOf`: of its destinations. */
export function scenarioAlerts(
  { start }: Pick<Scenario, 'start'>,
  { channels, rules, parents, maintenances }: ScenarioAlerts,
  idsOf: (text: string) => number[],
): WantedAlerts | { problems: Problem[] } {
  return wantedAlerts(
    {
      // Nobody is told, whatever the settings say; they may name variables of an environment that is not this one.
      channels: (channels ?? [{ name: ONLY_CHANNEL }]).map((channel) => ({
        ...channel,
        kind: 'webhook',
        settings: NOWHERE,
      })),
      ...(rules && { rules }),
      ...(parents && { parents }),
      ...(maintenances && { maintenances }),
    },
    { channels: new Set(), idsOf, momentOf: (text) => momentOf(text, start), env: {} },
  );
}

/** So long after the start, or an ISO time that does not depend on where it is read. Throws InputError. */
function momentOf(text: string, start: number): number {
  if (/^\d{4}-/.test(text)) {
    if (/(Z|[+-]\d{2}:?\d{2})$/i.test(text)) return parseSince(text);
  } else
    try {
      return start + Math.round(parseDuration(text) / MILLISECOND);
    } catch {
      // Told below.
    }
  throw new InputError(
    `"${text}": expected a time since the start, such as 2m, or an ISO time with its zone, such as 2026-01-01T02:00Z`,
  );
}
