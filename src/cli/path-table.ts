import { faultNote } from '../trace/fault.ts';
import type { HopFigures } from '../trace/hop.ts';
import { cell, lossCell, rttCell } from './format.ts';
import { type Column, formatTable } from './table.ts';

/** The name of an address; null where there is none. */
export type NameOf = (address: string) => string | null;

const COLUMNS: Column[] = [
  { heading: 'hop', right: true },
  { heading: 'host' },
  ...['loss', 'sent', 'last ms', 'avg', 'best', 'worst', 'stdev'].map((heading) => ({
    heading,
    right: true,
  })),
  { heading: 'notes' },
];

/** What stands for a hop that nobody has answered, as with mtr. */
const NOBODY = '???';

/** The hops of a path as lines, the headings first; round-trip times in ms. */
export function pathLines(hops: readonly HopFigures[], nameOf: NameOf): string[] {
  const rows = hops.flatMap((figures) => {
    const [first = NOBODY, ...others] = figures.addresses.map((address) => hostCell(address, nameOf));
    const { hop, loss, sent, last, avg, best, worst, stdev } = figures;
    const times = [last, avg, best, worst, stdev].map(rttCell);
    const row = [cell(hop), first, lossCell(loss), cell(sent), ...times, noteOf(figures) ?? ''];
    return [row, ...others.map((other) => ['', other])];
  });
  return formatTable(COLUMNS, rows).split('\n');
}

/** The hops of a path as objects for `--json`. */
export const pathObjects = (hops: readonly HopFigures[], nameOf: NameOf): object[] =>
  hops.map(({ hop, fault, addresses, ...figures }) => ({
    hop,
    addresses: addresses.map((address) => ({ address, name: nameOf(address) })),
    ...figures,
    icmptype: fault?.icmptype ?? null,
    rcode: fault?.rcode ?? null,
  }));

function hostCell(address: string, nameOf: NameOf): string {
  const name = nameOf(address);
  return name === null ? cell(address) : `${cell(name)} (${address})`;
}

function noteOf({ fault, outcomes }: HopFigures): string | undefined {
  if (fault) return faultNote(fault);
  return outcomes.refused > 0 ? 'port closed' : undefined;
}
