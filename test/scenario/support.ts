import { parseScenario } from '../../src/scenario/parse.ts';
import { ScenarioError } from '../../src/scenario/problems.ts';
import type { Scenario } from '../../src/scenario/schema.ts';

/** Top-level keys of a scenario, each as the YAML text behind its colon. */
export type Parts = Readonly<Record<string, string>>;

/** A scenario that is right, a line for each key: two links around a router, and a network behind them. */
export const RIGHT: Parts = {
  name: 'right',
  links: '{lan: {delay: 1ms}, wan: {delay: 20ms}}',
  routers: '{r: {address: 203.0.113.1}}',
  networks: '{net: {prefix: [198.51.100.0/24, "2001:db8:1::/48"], path: [lan, r, wan]}}',
  destinations: '[{address: 198.51.100.7}]',
};

/** The text of that scenario with other parts, each in its place; further ones come at the end. */
export const textOf = (parts: Parts): string =>
  Object.entries({ ...RIGHT, ...parts })
    .map(([key, text]) => `${key}:${/^\s/.test(text) ? '' : ' '}${text}\n`)
    .join('');

export const scenarioWith = (parts: Parts): Scenario => parseScenario(textOf(parts));

/** The lines that a text is refused with; none where it is right. */
export function linesOf(text: string): readonly string[] {
  try {
    parseScenario(text, 'x.yaml');
    return [];
  } catch (error) {
    if (error instanceof ScenarioError) return error.message.split('\n');
    throw error;
  }
}
