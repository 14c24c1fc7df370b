import { type EntityManager, In } from 'typeorm';
import { planOf } from '../alerts-file/plan.ts';
import { Destination } from '../entities/destination.ts';
import { scenarioAlerts } from '../scenario/alerts.ts';
import { columnsOf, type DestinationGiven } from '../scenario/destination-schema.ts';
import type { Expectation } from '../scenario/expectation.ts';
import { ScenarioError } from '../scenario/problems.ts';
import { rowsOf } from '../scenario/rows.ts';
import type { Scenario } from '../scenario/schema.ts';
import type { TimelineEvent } from '../scenario/timeline-schema.ts';
import { addRows } from '../storage/missing-destinations.ts';

/** A row that a scenario has put into the table, and what it expects of it. */
export interface ExpectedRow {
  row: Destination;
  expectations: readonly Expectation[];
}

/** Puts the destinations of a scenario into the table. Runs in a transaction of the caller's. */
export async function insertRows(
  manager: EntityManager,
  given: readonly DestinationGiven[],
): Promise<ExpectedRow[]> {
  const wanted = given.flatMap((each) => rowsOf(each).map((row) => ({ row, expectations: each.expect })));
  const rows = await addRows(
    manager,
    wanted.map(({ row }) => row),
  );
  return rows.map((row, index) => ({ row, expectations: wanted[index]?.expectations ?? [] }));
}

/** Makes the tables of alerts as a scenario says. Runs in a transaction of the caller's. */
export async function insertAlerts(
  manager: EntityManager,
  { start, alerts = { expect: [] } }: Pick<Scenario, 'start' | 'alerts'>,
  idsOf: (text: string) => number[],
): Promise<void> {
  const wanted = scenarioAlerts({ start }, alerts, idsOf);
  if ('problems' in wanted)
    throw new ScenarioError(wanted.problems.map(({ message }) => `alerts: ${message}`));
  for (const step of await planOf(manager, wanted)) await step.carryOut(manager);
}

/** Changes the table as an event says; returns the rows that are new, or other than before. */
export async function editRows(
  manager: EntityManager,
  event: Extract<TimelineEvent, { kind: 'add' | 'change' | 'remove' }>,
): Promise<ExpectedRow[]> {
  if (event.kind === 'add') return insertRows(manager, event.add);
  const destinations = manager.getRepository(Destination);
  const names = In(event.kind === 'change' ? event.change : event.remove);
  const rows = await destinations.findBy([{ address: names }, { name: names }]);
  const ids = rows.map(({ id }) => id);
  if (event.kind === 'remove') {
    for (const id of ids) await destinations.delete(id);
    return [];
  }
  const { address, ...columns } = event.to;
  const changes = { ...columnsOf(columns), ...(address === undefined ? {} : { address }) };
  if (Object.keys(changes).length > 0) for (const id of ids) await destinations.update(id, changes);
  return (await destinations.findBy({ id: In(ids) })).map((row) => ({ row, expectations: [] }));
}
