import { GROUPS, type Group } from '../../live/groups.ts';
import { STATES, type State } from '../api/now.ts';
import { go, route } from '../router.ts';

export const SORTS = ['state', 'name', 'loss', 'rtt', 'loss24', 'p95', 'protocol', 'interval'] as const;
export type Sort = (typeof SORTS)[number];

/** What is to be seen of all destinations, and how. */
export interface ListQuery {
  /** Words that all have to be found. */
  text: string;
  /** None: all. */
  states: readonly State[];
  group: Group;
  sort: Sort;
  descending: boolean;
}

/** What the address says, where it makes sense; what it leaves out is as usual. */
export function listQuery(query: URLSearchParams): ListQuery {
  const states = (query.get('state') ?? '').split(',');
  return {
    text: query.get('q') ?? '',
    states: STATES.filter((state) => states.includes(state)),
    group: GROUPS.find((group) => group === query.get('group')) ?? 'none',
    sort: SORTS.find((sort) => sort === query.get('sort')) ?? 'state',
    descending: query.get('order') === 'desc',
  };
}

/** The address of a list; what is as usual is left out. */
export function addressOf({ text, states, group, sort, descending }: ListQuery): string {
  const query = new URLSearchParams();
  if (text !== '') query.set('q', text);
  if (states.length > 0) query.set('state', states.join());
  if (group !== 'none') query.set('group', group);
  if (sort !== 'state') query.set('sort', sort);
  if (descending) query.set('order', 'desc');
  const shown = query.toString().replaceAll('%2C', ',');
  return shown === '' ? '/' : `/?${shown}`;
}

/** Asks for another list, in the address. */
export function look(changed: Partial<ListQuery>): void {
  go(addressOf({ ...listQuery(route.peek().query), ...changed }), { replace: true });
}
