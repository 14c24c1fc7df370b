import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandFailure } from './failure.ts';
import { oneLine } from './format.ts';

/** Where the scenarios are that come with pinger. */
const FOLDER = fileURLToPath(new URL('../../scenarios', import.meta.url));

const EXTENSION = '.yaml';

/** The names of the scenarios that come with pinger. */
export const ownScenarios = (): string[] =>
  readdirSync(FOLDER)
    .filter((file) => file.endsWith(EXTENSION))
    .map((file) => file.slice(0, -EXTENSION.length))
    .sort();

/** The file of a scenario that comes with pinger. */
export const ownScenarioFile = (name: string): string => join(FOLDER, name + EXTENSION);

/** The file that somebody means by a path, or by the name of a scenario that comes with pinger. Throws CommandFailure. */
export function scenarioFile(given: string): string {
  if (existsSync(given)) return given;
  if (ownScenarios().includes(given)) return ownScenarioFile(given);
  throw new CommandFailure(
    `scenario ${oneLine(given)}: there is no such file, and none of that name comes with pinger ("pinger simulate --list")`,
    2,
  );
}
