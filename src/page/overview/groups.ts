import { type Group, nameOrder, neighbourhoodOf } from '../../live/groups.ts';
import type { DestinationNow } from '../api/now.ts';
import { STATES } from '../api/now.ts';
import { protocolOrder, protocolText } from './columns.ts';
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
  const title = neighbourhoodOf({ name: row?.name ?? null, address: row?.address ?? destination.label });
  return { key: title, title, order: nameOrder(title) };
}
