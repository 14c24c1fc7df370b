import { checkAddress, checkProbe } from './check-destination.ts';
import type { ChangesGiven, DestinationGiven } from './destination-schema.ts';
import type { Path, Problem } from './problems.ts';
import { addressesFrom } from './rows.ts';
import type { Scenario } from './schema.ts';
import { formatDuration } from './units.ts';
import { expectedOf, shown } from './wording.ts';

/** A row of the table of destinations, as far as it has been given. */
type Row = ChangesGiven & { address: string };

/** Who changes or removes a row has to name one that is there by then, and a changed one has to be right. */
export function checkEdits(scenario: Scenario): Problem[] {
  const { destinations, timeline } = scenario;
  if (!timeline.some(({ kind }) => kind === 'change' || kind === 'remove')) return [];
  let rows = destinations.flatMap(rowsGiven);
  const inOrder = [...timeline.entries()].toSorted(([, one], [, other]) => one.at - other.at);
  return inOrder.flatMap(([index, event]): Problem[] => {
    const at = ['timeline', index];
    if (event.kind === 'add') rows = [...rows, ...event.add.flatMap(rowsGiven)];
    if (event.kind === 'remove') {
      const problems = strangers(rows, event.remove, event.at, [...at, 'remove']);
      rows = rows.filter((row) => !isNamed(row, event.remove));
      return problems;
    }
    if (event.kind !== 'change') return [];
    const { change, to } = event;
    const problems = strangers(rows, change, event.at, [...at, 'change']);
    const changed: Row[] = [];
    rows = rows.map((row) => {
      if (!isNamed(row, change)) return row;
      const after = changedRow(row, to);
      changed.push(after);
      return after;
    });
    return [...problems, ...checkChanges(scenario, changed, to, [...at, 'to'])];
  });
}

const rowsGiven = ({ count, expect, ...given }: DestinationGiven): Row[] =>
  addressesFrom(given.address, count).map((address) => ({
    ...given,
    address,
    protocol: given.protocol ?? (address.includes(':') ? 'icmp6' : 'icmp'),
  }));

const isNamed = ({ address, name }: Row, names: readonly string[]): boolean =>
  names.includes(address) || (name !== undefined && names.includes(name));

/** Data and size are one column. */
function changedRow(row: Row, to: ChangesGiven): Row {
  const { data, size, ...others } = row;
  const kept = to.data === undefined && to.size === undefined ? { data, size } : {};
  return { ...others, ...kept, ...to, address: to.address ?? row.address };
}

function strangers(rows: readonly Row[], names: readonly string[], at: number, path: Path): Problem[] {
  if (names.every((each) => rows.some((row) => isNamed(row, [each])))) return [];
  const there = [...new Set(rows.flatMap(({ address, name }) => (name ? [name, address] : [address])))];
  const when = formatDuration(at);
  return names.flatMap((name, index) =>
    there.includes(name)
      ? []
      : [
          {
            path: [...path, index],
            message: `${path.at(-1)} ${shown(name)}: no destination has that address or name at ${when}; ${expectedOf(there)}`,
          },
        ],
  );
}

function checkChanges(scenario: Scenario, rows: readonly Row[], to: ChangesGiven, at: Path): Problem[] {
  if (Object.keys(to).length === 0)
    return [{ path: at, message: 'to: nothing changes; expected a column of the row' }];
  if (to.address !== undefined) {
    const problems = checkAddress(scenario, to.address, 1, at);
    if (problems.length > 0) return problems;
  }
  // What is wrong with one of many is mostly wrong with all of them.
  return rows.map((row) => checkProbe(row, to, at)).find((problems) => problems.length > 0) ?? [];
}
