import { idsIn, selectorOf } from '../alerts/selector.ts';
import { ONLY_CHANNEL, scenarioAlerts } from './alerts.ts';
import { ALERT_COUNTS, type AlertExpectation, type ScenarioAlerts } from './alerts-schema.ts';
import { checkSpan } from './check-span.ts';
import type { Path, Problem } from './problems.ts';
import { rowsOf } from './rows.ts';
import type { Scenario } from './schema.ts';
import { anyOf, expectedOf, shown } from './wording.ts';

/** The rule that is there before anybody has made one. */
const FIRST_RULES = ['source'];

/** Rules have to be right, and what is expected of alerts something that can fail. */
export function checkAlerts(scenario: Scenario): Problem[] {
  const { alerts } = scenario;
  if (!alerts) return [];
  const found = scenarioAlerts(scenario, alerts, idsIn(rowsAtStart(scenario)));
  const problems = 'problems' in found ? found.problems : [];
  return [
    ...problems.map(({ path, message }) => ({ path: ['alerts', ...path], message })),
    ...alerts.expect.flatMap((each, index) =>
      checkExpectation(scenario, alerts, each, ['alerts', 'expect', index]),
    ),
  ];
}

/** The rows that are there at the start, with the ids that the table will give them. */
const rowsAtStart = ({ destinations }: Scenario) =>
  destinations.flatMap(rowsOf).map(({ address, name = null, protocol, port = null }, index) => ({
    ...{ id: index + 1, address, name, protocol, port },
  }));

function checkExpectation(
  { duration }: Scenario,
  { rules, channels }: ScenarioAlerts,
  { from, to, rule, destinations, channel, conditions }: AlertExpectation,
  at: Path,
): Problem[] {
  const counted = Object.keys(conditions);
  if (counted.length === 0)
    return [{ path: at, message: `expect says nothing: expected ${anyOf(ALERT_COUNTS)}` }];
  const problems = checkSpan({ from, to }, duration, at);
  const tell = (key: string, message: string) => problems.push({ path: [...at, key], message });
  const ruleNames = rules?.map(({ name }) => name) ?? FIRST_RULES;
  if (rule !== undefined && !ruleNames.includes(rule))
    tell('rule', `rule ${shown(rule)}: no rule has that name; ${expectedOf(ruleNames)}`);
  const channelNames = channels?.map(({ name }) => name) ?? [ONLY_CHANNEL];
  if (channel !== undefined && !channelNames.includes(channel))
    tell('channel', `channel ${shown(channel)}: no channel has that name; ${expectedOf(channelNames)}`);
  const alone = counted.find((count) => count !== 'messages');
  if (channel !== undefined && alone !== undefined)
    tell('channel', `channel: ${alone} is not counted by channels; expected it with messages alone`);
  if (conditions.messages && (rule !== undefined || destinations !== undefined))
    tell('messages', 'messages: one may be of several rules and destinations; expected it without them');
  if (destinations !== undefined)
    try {
      selectorOf(destinations);
    } catch (error) {
      tell('destinations', (error as Error).message);
    }
  return problems;
}
