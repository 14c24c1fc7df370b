import { idsIn, selectorOf } from '../alerts/selector.ts';
import { ONLY_CHANNEL, scenarioAlerts } from './alerts.ts';
import { ALERT_COUNTS, type AlertExpectation, type ScenarioAlerts } from './alerts-schema.ts';
import { checkSpan } from './check-span.ts';
import type { DestinationGiven } from './destination-schema.ts';
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
  const found = scenarioAlerts(scenario, alerts, idsIn(rowsOfAll(scenario.destinations)));
  const problems = 'problems' in found ? found.problems : [];
  const rows = rowsEver(scenario);
  return [
    ...problems.map(({ path, message }) => ({ path: ['alerts', ...path], message })),
    ...alerts.expect.flatMap((each, index) =>
      checkExpectation({ duration: scenario.duration, alerts, rows }, each, ['alerts', 'expect', index]),
    ),
  ];
}

/** The rows that destinations stand for, with the ids that the table will give them. */
const rowsOfAll = (destinations: readonly DestinationGiven[]) =>
  destinations.flatMap(rowsOf).map(({ address, name = null, protocol, port = null }, index) => ({
    ...{ id: index + 1, address, name, protocol, port },
  }));

/** What rows ever are: those of the start, those that come, and those that they become. */
function rowsEver({ destinations, timeline }: Scenario) {
  const changed = timeline.flatMap((event) => {
    if (event.kind === 'add') return event.add;
    if (event.kind !== 'change') return [];
    const { to } = event;
    return [{ ...to, address: to.address ?? event.change[0] ?? '', count: 1, expect: [] }];
  });
  return rowsOfAll([...destinations, ...changed]);
}

function checkExpectation(
  {
    duration,
    alerts: { rules, channels },
    rows,
  }: { duration: number; alerts: ScenarioAlerts; rows: ReturnType<typeof rowsOfAll> },
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
  if (destinations !== undefined) {
    const problem = problemOfSelector(destinations, rows);
    if (problem !== undefined) tell('destinations', problem);
  }
  return problems;
}

/** Of a selector that is about nothing, nothing could ever come. */
function problemOfSelector(text: string, rows: ReturnType<typeof rowsOfAll>): string | undefined {
  try {
    selectorOf(text);
  } catch (error) {
    return (error as Error).message;
  }
  if (idsIn(rows)(text).length > 0) return undefined;
  return `destinations ${shown(text)}: no destination is meant; expected ids, names, addresses or patterns of those there are`;
}
