import { checkAnswer, checkDestination, checkHosts, checkPath, known } from './check.ts';
import type { Path, Problem } from './problems.ts';
import type { Scenario } from './schema.ts';
import type { TimelineEvent } from './timeline-schema.ts';

/** What is wrong with what happens in a scenario. */
export const checkTimeline = (scenario: Scenario): Problem[] =>
  scenario.timeline.flatMap((event, index) => {
    const path = ['timeline', index];
    return [...checkTimes(scenario, event, path), ...checkEvent(scenario, event, path)];
  });

function checkTimes({ duration }: Scenario, event: TimelineEvent, path: Path): Problem[] {
  const problems: Problem[] = [];
  if (event.at >= duration)
    problems.push({
      path: [...path, 'at'],
      message: 'at: the scenario has ended by then; expected a time before its duration',
    });
  if ('repeat' in event && event.repeat && (event.for === undefined || event.for >= event.repeat.every))
    problems.push({
      path: [...path, 'repeat'],
      message: 'repeat: it has not ended when it begins again; expected for to be shorter than every',
    });
  return problems;
}

function checkEvent(scenario: Scenario, event: TimelineEvent, path: Path): Problem[] {
  const { links, routers, networks } = scenario;
  switch (event.kind) {
    case 'outage':
      return missing(event.outage, { ...links, ...routers }, 'link or router', [...path, 'outage']);
    case 'impair':
      return missing(event.impair, links, 'link', [...path, 'impair']);
    case 'reject':
      return missing(event.reject, routers, 'router', [...path, 'reject']);
    case 'route':
      return [
        ...missing([event.route], networks, 'network', [...path, 'route']),
        ...checkPath(scenario, event.path, [...path, 'path']),
        ...checkPath(scenario, event.return ?? [], [...path, 'return']),
      ];
    case 'serve':
      return [
        ...missing([event.serve], networks, 'network', [...path, 'serve']),
        ...(event.serve in networks
          ? checkHosts(scenario, event.serve, Object.keys(event.hosts), [...path, 'hosts'])
          : []),
      ];
    case 'resolve':
      return Object.entries(event.resolve).flatMap(([name, answer]) =>
        checkAnswer(scenario, answer, [...path, 'resolve', name]),
      );
    case 'add':
      return event.add.flatMap((each, index) => checkDestination(scenario, each, [...path, 'add', index]));
    case 'change':
      return rowsMissing(scenario, event.change, [...path, 'change']);
    case 'remove':
      return rowsMissing(scenario, event.remove, [...path, 'remove']);
    default:
      return [];
  }
}

const missing = (
  names: readonly string[],
  there: Record<string, unknown>,
  what: string,
  path: Path,
): Problem[] =>
  names.flatMap((name) =>
    name in there ? [] : [{ path, message: `${name}: no such ${what}; there are ${known(there)}` }],
  );

function rowsMissing({ destinations, timeline }: Scenario, names: readonly string[], path: Path): Problem[] {
  const rows = [...destinations, ...timeline.flatMap((event) => (event.kind === 'add' ? event.add : []))];
  const there = new Set(rows.flatMap(({ address, name }) => [address, name]));
  return names.flatMap((name) =>
    there.has(name) ? [] : [{ path, message: `${name}: no destination has that address or name` }],
  );
}
