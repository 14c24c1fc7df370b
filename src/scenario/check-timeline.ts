import { checkDestination } from './check-destination.ts';
import { checkEdits } from './check-edits.ts';
import { checkSettings } from './check-links.ts';
import { checkNames } from './check-names.ts';
import { checkHosts, checkPath, missing } from './check-network.ts';
import type { Path, Problem } from './problems.ts';
import type { Scenario } from './schema.ts';
import type { TimelineEvent } from './timeline-schema.ts';
import { formatDuration } from './units.ts';

/** What is wrong with what happens in a scenario. */
export const checkTimeline = (scenario: Scenario): Problem[] => [
  ...scenario.timeline.flatMap((event, index) => {
    const path = ['timeline', index];
    return [...checkTimes(scenario, event, path), ...checkEvent(scenario, event, path)];
  }),
  ...checkEdits(scenario),
];

function checkTimes({ duration }: Scenario, event: TimelineEvent, path: Path): Problem[] {
  const problems: Problem[] = [];
  if (event.at >= duration)
    problems.push({
      path: [...path, 'at'],
      message: `at ${formatDuration(event.at)}: the scenario has ended; expected a time before ${formatDuration(duration)}`,
    });
  if (!('repeat' in event) || !event.repeat) return problems;
  const every = formatDuration(event.repeat.every);
  if (event.for === undefined)
    problems.push({
      path: [...path, 'repeat'],
      message: `repeat: without for it never ends; expected for, shorter than ${every}`,
    });
  else if (event.for >= event.repeat.every)
    problems.push({
      path: [...path, 'for'],
      message: `for ${formatDuration(event.for)}: it has not ended when it is repeated; expected less than every, ${every}`,
    });
  return problems;
}

function checkEvent(scenario: Scenario, event: TimelineEvent, path: Path): Problem[] {
  const { links, routers, networks } = scenario;
  switch (event.kind) {
    case 'outage':
      return missing(event.outage, { ...links, ...routers }, 'link or router', [...path, 'outage']);
    case 'impair':
      return [
        ...missing(event.impair, links, 'link', [...path, 'impair']),
        ...event.impair.flatMap((name) => checkSettings(scenario, name, event.with, [...path, 'with'])),
      ];
    case 'reject':
      return missing(event.reject, routers, 'router', [...path, 'reject']);
    case 'route':
      return [
        ...missing([event.route], networks, 'network', [...path, 'route']),
        ...checkPath(scenario, event.path, [...path, 'path']),
        ...checkPath(scenario, event.return ?? [], [...path, 'return']),
      ];
    case 'serve': {
      const unknown = missing([event.serve], networks, 'network', [...path, 'serve']);
      if (unknown.length > 0) return unknown;
      return checkHosts(scenario, event.serve, Object.keys(event.hosts), [...path, 'hosts']);
    }
    case 'resolve':
      return checkNames(event.resolve, scenario, [...path, 'resolve']);
    case 'add':
      return event.add.flatMap((each, index) => checkDestination(scenario, each, [...path, 'add', index]));
    default:
      return [];
  }
}
