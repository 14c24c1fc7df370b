import { protocolName } from '../entities/protocol.ts';
import type { LiveState } from '../live/destination.ts';
import { type Group, type GroupFigures, groupFigures, nameOrder } from '../live/groups.ts';
import { BY_SEVERITY } from '../live/severity.ts';
import type { WatchedRow } from './row.ts';

/** Which groups are collapsed: all of them or none, but for some. */
export interface Folding {
  isCollapsed: boolean;
  /** Keys of groups. */
  except: ReadonlySet<string>;
}

export const ALL_EXPANDED: Folding = { isCollapsed: false, except: new Set() };
export const ALL_COLLAPSED: Folding = { isCollapsed: true, except: new Set() };

export const isCollapsed = ({ isCollapsed, except }: Folding, key: string): boolean =>
  isCollapsed !== except.has(key);

/** With a group the other way round. */
export function folded({ isCollapsed, except }: Folding, key: string): Folding {
  const others = new Set(except);
  if (!others.delete(key)) others.add(key);
  return { isCollapsed, except: others };
}

/** A line of the table that stands for rows: those below it, or those that are not shown while it is collapsed. */
export class WatchedGroup {
  readonly key: string;
  /** Safe to show. */
  readonly title: string;
  readonly members: readonly WatchedRow[];
  readonly isCollapsed: boolean;

  constructor(group: {
    key: string;
    title: string;
    members: readonly WatchedRow[];
    isCollapsed: boolean;
  }) {
    this.key = group.key;
    this.title = group.title;
    this.members = group.members;
    this.isCollapsed = group.isCollapsed;
  }

  /** As they are now. */
  get figures(): GroupFigures<LiveState> {
    return groupFigures(this.members);
  }
}

export type Line = WatchedRow | WatchedGroup;

/** The group that a row is in. Groups are in the order of `order`. */
interface Place {
  key: string;
  title: string;
  order: string;
}

const SEVERITY = new Map(BY_SEVERITY.map((state, index) => [state, index]));

/** The last in any order. */
const LAST = '\uffff';

const PLACES: Readonly<Record<Exclude<Group, 'none'>, (row: WatchedRow) => Place>> = {
  state: ({ state }) => ({ key: state, title: state, order: String(SEVERITY.get(state)) }),
  protocol: ({ destination }) => {
    const name = protocolName(destination.protocol);
    return name === undefined
      ? { key: '', title: 'no protocol', order: LAST }
      : { key: name, title: name, order: name };
  },
  name: ({ neighbourhood: name }) => ({ key: name, title: name, order: nameOrder(name) }),
  source: ({ source, sourceId }) => ({ key: String(sourceId), title: source, order: nameOrder(source) }),
};

const compared = (one: Place, other: Place): number => {
  if (one.order !== other.order) return one.order < other.order ? -1 : 1;
  return one.key < other.key ? -1 : 1;
};

/** Rows under the headings of their groups, in which they keep their order. */
export function linesOf(rows: readonly WatchedRow[], by: Group, folding: Folding): readonly Line[] {
  if (by === 'none') return rows;
  const placeOf = PLACES[by];
  const groups = new Map<string, { place: Place; members: WatchedRow[] }>();
  for (const row of rows) {
    const place = placeOf(row);
    const group = groups.get(place.key);
    if (group) group.members.push(row);
    else groups.set(place.key, { place, members: [row] });
  }
  return [...groups.values()]
    .sort((one, other) => compared(one.place, other.place))
    .flatMap(({ place, members }): Line[] => {
      const key = `${by}: ${place.key}`;
      const group = new WatchedGroup({
        key,
        title: place.title,
        members,
        isCollapsed: isCollapsed(folding, key),
      });
      return group.isCollapsed ? [group] : [group, ...members];
    });
}
