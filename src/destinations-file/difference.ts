import type { Destination } from '../entities/destination.ts';
import { hasPort, type Protocol } from '../entities/protocol.ts';
import { addressKey } from '../entities/settings.ts';
import { keyOf } from '../storage/missing-destinations.ts';
import type { NewDestination } from '../storage/store.ts';

/** A row as it is to be. */
export type WantedRow = Required<NewDestination>;

type Column = keyof WantedRow;

const COLUMNS: readonly Column[] = [
  'address',
  'protocol',
  'port',
  'interval',
  'timeout',
  'ttl',
  'data',
  'name',
  'source_id',
  'active',
];

/** What is to be done to the table of destinations. */
export interface Difference {
  added: WantedRow[];
  /** Rows of the table, and the columns of each that are to be different. */
  changed: { row: Destination; columns: Partial<WantedRow> }[];
  removed: Destination[];
  /** How many rows stay as they are. */
  same: number;
}

/**
 * What makes a table as it is wanted. A wanted row is the one of the table with its name, or else with its address,
 * protocol and port; of several, first those that agree in both. Each row is taken once.
 */
export function differenceOf(table: readonly Destination[], wanted: readonly WantedRow[]): Difference {
  const matches = matched(table, wanted);
  const taken = new Set(matches.values());
  const difference: Difference = { added: [], changed: [], removed: [], same: 0 };
  for (const to of wanted) {
    const row = matches.get(to);
    const columns = row && changes(row, to);
    if (!row || !columns) difference.added.push(to);
    else if (Object.keys(columns).length > 0) difference.changed.push({ row, columns });
    else difference.same++;
  }
  difference.removed = table.filter((row) => !taken.has(row));
  return difference;
}

type Row = Destination | WantedRow;

const BY_NAME = ({ name }: Row): string | undefined => (name === null ? undefined : String(name));

/** By what rows are the same, the surest first. */
const PASSES: readonly ((row: Row) => string | undefined)[] = [
  (row) => `${keyOf(row)} ${row.name}`,
  BY_NAME,
  keyOf,
];

function matched(table: readonly Destination[], wanted: readonly WantedRow[]): Map<WantedRow, Destination> {
  const matches = new Map<WantedRow, Destination>();
  const taken = new Set<Destination>();
  for (const keyed of PASSES) {
    const free = new Map<string, Destination[]>();
    for (const row of table.toReversed()) {
      const key = taken.has(row) ? undefined : keyed(row);
      if (key === undefined) continue;
      const rows = free.get(key);
      if (rows) rows.push(row);
      else free.set(key, [row]);
    }
    for (const to of wanted) {
      const key = matches.has(to) ? undefined : keyed(to);
      const row = key === undefined ? undefined : free.get(key)?.pop();
      if (!row) continue;
      matches.set(to, row);
      taken.add(row);
    }
  }
  return matches;
}

function changes(row: Destination, to: WantedRow): Partial<WantedRow> {
  const different = COLUMNS.filter((column) => row[column] !== to[column] && !isSame(column, row, to));
  return Object.fromEntries(different.map((column) => [column, to[column]]));
}

/** Whether two values of a column say the same: spellings of an address, and ports that nobody probes. */
function isSame(column: Column, row: Destination, to: WantedRow): boolean {
  if (column === 'address') return addressKey(row.address) === addressKey(to.address);
  return column === 'port' && row.protocol === to.protocol && !hasPort(to.protocol as Protocol);
}
