/** What a list of destinations is grouped by; `name`: what names begin with, or the subnet. */
export const GROUPS = ['none', 'state', 'protocol', 'name', 'source'] as const;
export type Group = (typeof GROUPS)[number];

/** As people are told. */
export const GROUP_WORDS: Readonly<Record<Group, string>> = {
  none: 'none',
  state: 'state',
  protocol: 'protocol',
  name: 'name or subnet',
  source: 'source',
};

/** What a destination and its neighbours have in common: `edge` of the names `edge-12` and `edge.paris`; without a name, the subnet. */
export const neighbourhoodOf = ({ name, address }: { name: string | null; address: string }): string =>
  name ? prefixOf(name) : subnetOf(address);

const prefixOf = (name: string): string => /^[^\s\-._:/0-9]+/.exec(name)?.[0] ?? name;

/** The /24 of an IPv4 address, the /64 of an IPv6 one, the last two labels of a name. */
export function subnetOf(address: string): string {
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
  return `${shown.replace(/(^|:)0(:0)*$/, '')}::/64`;
}

/** A text by which names are in order: numbers in them by their size, letters large or small. */
export const nameOrder = (name: string): string =>
  name.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(12, '0'));

/** What a group's figures are made of. */
export interface GroupMember<State extends string> {
  readonly state: State;
  /** Undefined where nothing is known of its probes. */
  readonly live?: { readonly loss: number | null; readonly rtt: number | null } | undefined;
}

export interface GroupFigures<State extends string> {
  /** How many members are in each state that there are some in. */
  states: Partial<Record<State, number>>;
  /** Mean of what the members that are probed lost of their last 60 probes, 0 to 1; null where none knows. */
  loss: number | null;
  /** Median of their newest round-trip times, ms; null without any. */
  median: number | null;
}

/** What the members of a group are together. */
export function groupFigures<State extends string>(
  members: Iterable<GroupMember<State>>,
): GroupFigures<State> {
  const states: Partial<Record<State, number>> = {};
  const rtts: number[] = [];
  let loss = 0;
  let known = 0;
  for (const { state, live } of members) {
    states[state] = (states[state] ?? 0) + 1;
    if (state === 'paused' || state === 'invalid' || !live) continue;
    if (live.loss !== null) {
      loss += live.loss;
      known++;
    }
    if (live.rtt !== null) rtts.push(live.rtt);
  }
  const sorted = Float64Array.from(rtts).sort();
  return {
    states,
    loss: known > 0 ? loss / known : null,
    median: sorted[Math.floor(sorted.length / 2)] ?? null,
  };
}
