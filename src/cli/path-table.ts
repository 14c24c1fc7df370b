import { ICMP, ICMP6 } from '../io/packet/ip.ts';
import type { HopFigures, IcmpFault } from '../trace/hop.ts';
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

/** The flags that traceroute(8) puts after a time, and what they say, by ICMP code. */
const UNREACHABLE_4: Readonly<Record<number, string>> = {
  0: '!N network unreachable',
  1: '!H host unreachable',
  2: '!P protocol unreachable',
  4: '!F fragmentation needed',
  5: '!S source route failed',
  6: '!N network unknown',
  7: '!H host unknown',
  9: '!X network prohibited',
  10: '!X host prohibited',
  13: '!X administratively prohibited',
};

const UNREACHABLE_6: Readonly<Record<number, string>> = {
  0: '!N no route',
  1: '!X administratively prohibited',
  2: '!S beyond scope of the source address',
  3: '!H address unreachable',
  5: '!X source address failed a policy',
  6: '!X route rejects',
};

function faultNote({ rtype, icmptype, rcode }: IcmpFault): string {
  const code = rcode ?? -1;
  if (rtype === ICMP && icmptype === 3) return UNREACHABLE_4[code] ?? `unreachable, code ${code}`;
  if (rtype === ICMP6 && icmptype === 1) return UNREACHABLE_6[code] ?? `unreachable, code ${code}`;
  return `ICMP type ${icmptype} code ${code}`;
}
