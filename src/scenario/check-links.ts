import { DIRECTIONS, type Direction } from '../network/link.ts';
import type { LinkSettings } from './link-schema.ts';
import type { Path, Problem } from './problems.ts';
import type { Scenario } from './schema.ts';

/** What does nothing by itself, and what it does something to. */
const NEEDS = {
  distribution: { other: 'jitter', message: 'there is no jitter to be spread; expected jitter, too' },
  correlation: {
    other: 'jitter',
    message:
      'there is no jitter to be correlated; expected jitter, too, or for loss: {random: 1%, correlation: 25%}',
  },
  limit: { other: 'rate', message: 'nothing waits where there is no rate; expected rate, too' },
} as const;

type Needy = keyof typeof NEEDS;

const PARTS = ['both', ...DIRECTIONS] as const;

/** What is wrong with links. */
export const checkLinks = (scenario: Scenario): Problem[] =>
  Object.entries(scenario.links).flatMap(([name, link]) => {
    const at = ['links', name];
    const double: Problem[] = Object.hasOwn(scenario.routers, name)
      ? [{ path: at, key: true, message: `link ${name}: a router has that name, too; expected another` }]
      : [];
    return [...double, ...checkSettings(scenario, name, link, at)];
  });

/** What has no effect in the settings of a link, whatever else is ever said of it. */
export function checkSettings(scenario: Scenario, name: string, settings: LinkSettings, at: Path): Problem[] {
  const all = allSettings(scenario, name);
  return PARTS.flatMap((part) => {
    const given = part === 'both' ? settings : settings[part];
    if (!given) return [];
    const path = part === 'both' ? at : [...at, part];
    const directions: readonly Direction[] = part === 'both' ? DIRECTIONS : [part];
    const ever = (key: keyof LinkSettings & keyof typeof given): unknown[] =>
      all.flatMap((each) => [each[key], ...directions.map((direction) => each[direction]?.[key])]);
    const problems: Problem[] = (Object.keys(NEEDS) as Needy[])
      .filter((key) => given[key] !== undefined)
      .filter((key) => ever(NEEDS[key].other).every((value) => value === undefined))
      .map((key) => ({ path: [...path, key], message: `${key}: ${NEEDS[key].message}` }));
    if ((given.reorder?.probability ?? 0) > 0 && [...ever('delay'), ...ever('jitter')].every((time) => !time))
      problems.push({
        path: [...path, 'reorder'],
        message: 'reorder: nothing overtakes where nothing is delayed; expected delay, too',
      });
    return problems;
  });
}

/** Everything that is said of a link at some time. */
function allSettings({ links, timeline }: Scenario, name: string): LinkSettings[] {
  const later = timeline.flatMap((event) =>
    event.kind === 'impair' && event.impair.includes(name) ? [event.with] : [],
  );
  return [...(links[name] ? [links[name]] : []), ...later];
}
