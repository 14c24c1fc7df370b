import { checkAlerts } from './check-alerts.ts';
import { checkDestination } from './check-destination.ts';
import { checkLinks } from './check-links.ts';
import { checkNames } from './check-names.ts';
import { checkNetworks, checkRouters, checkSource } from './check-network.ts';
import { checkTimeline } from './check-timeline.ts';
import type { Problem } from './problems.ts';
import type { Scenario } from './schema.ts';

/** What is wrong with a scenario that its schema cannot tell. */
export const checkScenario = (scenario: Scenario): Problem[] => [
  ...checkSource(scenario),
  ...checkLinks(scenario),
  ...checkRouters(scenario),
  ...checkNetworks(scenario),
  ...checkNames(scenario.names, scenario, ['names']),
  ...scenario.destinations.flatMap((each, index) =>
    checkDestination(scenario, each, ['destinations', index]),
  ),
  ...checkTimeline(scenario),
  ...checkAlerts(scenario),
];
