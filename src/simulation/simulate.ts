import { readScenario, scenarioOf } from '../scenario/parse.ts';
import type { ScenarioGiven } from '../scenario/schema.ts';
import { type Given, parseDuration } from '../scenario/units.ts';
import { Simulation, type SimulationOptions } from './simulation.ts';

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
  return Simulation.start(
    { ...found, seed, duration: duration === undefined ? found.duration : parseDuration(duration) },
    options,
  );
}
