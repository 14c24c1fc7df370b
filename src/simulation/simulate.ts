import { readScenario, scenarioOf } from '../scenario/parse.ts';
import type { Scenario, ScenarioGiven } from '../scenario/schema.ts';
import { type Given, parseDuration } from '../scenario/units.ts';
import type { SimulationOptions } from './parts.ts';
import { Simulation } from './simulation.ts';

export interface SimulateOptions extends SimulationOptions {
  /** In place of the scenario's. */
  seed?: number;
  /** In place of the scenario's: `24h`, or ms. */
  duration?: Given;
}

/**
 * Starts a pinger in a simulated network: an object as a scenario file would have it, or the path of such a file.
 * Time stands still until the simulation is told to go on.
 *
 * Throws ScenarioError for a scenario that is wrong, RangeError for a duration, DatabaseError.
 */
export async function simulate(
  scenario: ScenarioGiven | string,
  options: SimulateOptions = {},
): Promise<Simulation> {
  const found = typeof scenario === 'string' ? await readScenario(scenario) : scenarioOf(scenario);
  const { seed = found.seed, duration } = options;
  const lasting = duration === undefined ? found : withDuration(found, parseDuration(duration));
  return Simulation.start({ ...lasting, seed }, options);
}

/** The same for longer, or not so long: what is expected is still about its own time. */
function withDuration(scenario: Scenario, duration: number): Scenario {
  const own = <Given extends { expect: { to: number }[] }>(given: Given): Given => ({
    ...given,
    expect: given.expect.map((each) => ({ ...each, to: Math.min(each.to, scenario.duration) })),
  });
  return {
    ...scenario,
    duration,
    destinations: scenario.destinations.map((each) => own(each)),
    ...(scenario.alerts && { alerts: own(scenario.alerts) }),
    timeline: scenario.timeline.map((event) =>
      event.kind === 'add' ? { ...event, add: event.add.map((each) => own(each)) } : event,
    ),
  };
}
