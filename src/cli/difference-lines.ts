import colours from 'picocolors';
import type { Difference, WantedRow } from '../destinations-file/difference.ts';
import { COLUMN_DEFAULTS } from '../entities/destination-defaults.ts';
import { labelOf } from '../entities/label.ts';
import { protocolName } from '../entities/protocol.ts';
import { cell, counted, timeCell } from './format.ts';

/** picocolors colours wherever CI is set, what goes into a pipe included. */
const { green, yellow, red } = colours.createColors(
  colours.isColorSupported && (process.stdout.isTTY === true || 'FORCE_COLOR' in process.env),
);

/** A difference as people read it: + added, ~ changed with what was before, - removed, one line each. */
export const differenceLines = ({ added, changed, removed }: Difference): string[] => [
  ...added.map((row) => green(`+ ${cell(labelOf(row))} (${described(row).join(', ')})`)),
  ...changed.map(({ row, columns }) => {
    const edits = Object.entries(columns).map(
      ([column, value]) =>
        `${column} ${shown(column, row[column as keyof WantedRow])} → ${shown(column, value)}`,
    );
    return yellow(`~ ${cell(labelOf(row))} #${row.id}: ${edits.join(', ')}`);
  }),
  ...removed.map((row) => red(`- ${cell(labelOf(row))} #${row.id}`)),
];

/** How many rows a difference is about. */
export function differenceSummary({ added, changed, removed, same }: Difference): string {
  const counts = [`${added.length} added`, `${changed.length} changed`, `${removed.length} removed`];
  return `${counts.join(', ')}, ${same} as they are`;
}

/** Whether there is anything to do. */
export const isDifferent = ({ added, changed, removed }: Difference): boolean =>
  added.length + changed.length + removed.length > 0;

export const removals = ({ removed }: Difference): string => counted(removed.length, 'destination');

/** The protocol, and what a row does not have by default. */
const described = (row: WantedRow): string[] => [
  String(protocolName(row.protocol)),
  ...(['name', 'interval', 'timeout', 'ttl', 'data', 'source_id', 'active'] as const)
    .filter((column) => row[column] !== COLUMN_DEFAULTS[column])
    .map((column) => `${column} ${shown(column, row[column])}`),
];

function shown(column: string, value: unknown): string {
  if (column === 'protocol') return cell(protocolName(value) ?? value);
  if (column === 'interval' || column === 'timeout') return timeCell(value);
  return value === '' ? '""' : cell(value);
}
