import type { DestinationNow } from '../api/now.ts';
import { STATES } from '../api/now.ts';
import { protocolOrder, protocolText } from './columns.ts';
import type { Group } from './query.ts';
import { STATE_WORDS } from './states.tsx';

/** `order`: groups are in the order of these texts. */
interface Grouped {
  key: string;
  title: string;
  order: string;
}

/** The group that a destination belongs to. */
export function groupOf(
  destination: DestinationNow,
  group: Exclude<Group, 'none'>,
  sourceName: (id: number) => string,
): Grouped {
  const { row, state } = destination;
  if (group === 'state') return { key: state, title: STATE_WORDS[state], order: `${STATES.indexOf(state)}` };
  if (group === 'protocol') {
    const title = protocolText(row?.protocol ?? null);
    return { key: title, title, order: String(protocolOrder(row?.protocol ?? null)) };
  }
  if (group === 'source') {
    const source = row?.source_id ?? null;
    if (source === null) return { key: 'every', title: 'Every source', order: '' };
    return { key: String(source), title: sourceName(source), order: sourceName(source) };
  }
  const key = row?.name ? prefixOf(row.name) : neighbourhoodOf(row?.address ?? destination.label);
  return { key, title: key, order: key.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(12, '0')) };
}

/** What names of neighbours begin with: `edge` of `edge-12` and of `edge.paris`. */
const prefixOf = (name: string): string => /^[^\s\-._:/0-9]+/.exec(name)?.[0] ?? name;

/** The /24 of an IPv4 address, the /64 of an IPv6 one, the last two labels of a name. */
export function neighbourhoodOf(address: string): string {
  if (/^[\d.]+$/.test(address)) return `${address.split('.').slice(0, 3).join('.')}.0/24`;
  if (address.includes(':')) return subnetOf6(address);
  return address.split('.').filter(Boolean).slice(-2).join('.');
}

function subnetOf6(address: string): string {
  const [head = '', tail] = (address.toLowerCase().split('%')[0] as string).split('::');
  const before = head.split(':').filter(Boolean);
  const after = (tail ?? '').split(':').filter(Boolean);
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...new Array<string>(zeros).fill('0'), ...after].slice(0, 4);
  const shown = groups.map((group) => group.replace(/^0+(?=.)/, '')).join(':');
  return `${shown.replace(/(:0)+$/, '')}::/64`;
}
