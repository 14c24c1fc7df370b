import type { DestinationBody } from '../../http/schemas/destination.ts';
import type { Sort } from './query.ts';

/** A column of the list; `sort`: what its heading sorts by. */
export interface Column {
  name: string;
  title: string;
  /** What a long heading says in full. */
  hint?: string;
  sort?: Sort;
  /** Whether to begin with the largest, which is what people look for. */
  descending?: boolean;
}

export const COLUMNS: readonly Column[] = [
  { name: 'state', title: 'State', sort: 'state' },
  { name: 'name', title: 'Destination', sort: 'name' },
  { name: 'loss', title: 'Loss', hint: 'of the last 60 probes', sort: 'loss', descending: true },
  { name: 'rtt', title: 'RTT', hint: 'round-trip time of the newest answer', sort: 'rtt', descending: true },
  { name: 'recent', title: 'Last 60 probes' },
  { name: 'loss24', title: 'Loss 24 h', hint: 'of the last 24 hours', sort: 'loss24', descending: true },
  {
    name: 'p95',
    title: 'p95 24 h',
    hint: '95th percentile of the round-trip times of the last 24 hours',
    sort: 'p95',
    descending: true,
  },
  { name: 'protocol', title: 'Protocol', sort: 'protocol' },
  { name: 'interval', title: 'Interval', sort: 'interval' },
];

/** Digits of round-trip times that change all the time. */
export const ROUGH = 3;

type ProtocolName = DestinationBody['protocol'];

const PROTOCOLS = ['icmp', 'icmp6', 'tcp', 'tcp6', 'udp', 'udp6'] as const;

export const protocolText = (protocol: ProtocolName): string => protocol?.toUpperCase() ?? 'None';

export const protocolOrder = (protocol: ProtocolName): number =>
  protocol === null ? PROTOCOLS.length : PROTOCOLS.indexOf(protocol);
