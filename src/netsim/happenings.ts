import type { LinkSettings } from '../scenario/link-schema.ts';
import type { EventKind, TimelineEvent } from '../scenario/timeline-schema.ts';
import { formatDuration } from '../scenario/units.ts';

/** What a timeline does to a network, and not to who is in it. */
const NETWORK_KINDS = ['outage', 'impair', 'route', 'reject', 'serve', 'interface'] as const;

export type NetworkEvent = Extract<TimelineEvent, { kind: (typeof NETWORK_KINDS)[number] }>;

export const isNetworkEvent = (event: TimelineEvent): event is NetworkEvent =>
  (NETWORK_KINDS as readonly EventKind[]).includes(event.kind);

/** What an event does, in a few words. */
export function describeEvent(event: NetworkEvent): string {
  switch (event.kind) {
    case 'outage':
      return `outage of ${event.outage.join(', ')}`;
    case 'impair':
      return `${event.impair.join(', ')}: ${describeLink(event.with)}`;
    case 'route':
      return `${event.route} is reached by ${event.path.join(', ') || 'nothing between'}`;
    case 'reject':
      return `${event.reject.join(', ')} refuses what would go on beyond: ${event.with}`;
    case 'serve':
      return `${event.serve} answers differently: ${Object.keys(event.hosts).join(', ')}`;
    default:
      return 'the interface is down';
  }
}

function describeLink({ forward, backward, ...both }: LinkSettings): string {
  const parts = Object.entries(both).map(([name, value]) => `${name} ${describeValue(name, value)}`);
  if (forward) parts.push(`forward (${describeLink(forward)})`);
  if (backward) parts.push(`backward (${describeLink(backward)})`);
  return parts.join(', ') || 'nothing';
}

function describeValue(name: string, value: unknown): string {
  if (name === 'delay' || name === 'jitter') return formatDuration(value as number);
  if (name === 'correlation') return percent(value as number);
  if (name === 'rate') return describeRate(value as number);
  if (typeof value !== 'object' || value === null) return String(value);
  const { probability, ...more } = value as { probability?: number };
  const shares = Object.entries(more).filter(([, share]) => share !== 0);
  // Of gap, which is no share, one is as good as none.
  const others = shares.flatMap(([key, share]) =>
    key === 'gap' ? (share === 1 ? [] : [`gap ${share}`]) : [`${key} ${percent(share as number)}`],
  );
  return [...(probability === undefined ? [] : [percent(probability)]), ...others].join(' ');
}

const percent = (share: number): string => `${Number((share * 100).toFixed(3))}%`;

function describeRate(rate: number): string {
  for (const [unit, factor] of [
    ['gbit', 1e9],
    ['mbit', 1e6],
    ['kbit', 1e3],
  ] as const)
    if (rate >= factor) return `${Number((rate / factor).toFixed(3))}${unit}`;
  return `${rate}bit`;
}
