import { ICMP, ICMP6, TCP } from '../../src/io/packet/ip.ts';
import type { Packet } from '../../src/network/packet.ts';
import type { PacketObserver } from '../../src/simulation/simulated-transport.ts';
import type { NewResult } from '../../src/storage/store.ts';

/** Something that came back to the source. */
interface Arrival {
  /** ms, monotonic. */
  at: number;
  /** ms since the start. */
  now: number;
}

/** A probe as it was seen on the source's own interface. */
export interface Seen {
  /** Whose it is, by the data that it carries. */
  destination: number;
  /** ms, monotonic. */
  sentAt: number;
  /** What it caused. */
  answers: Arrival[];
}

/** Sees every packet on the source's interface, and knows nothing of what pinger makes of it. */
export class Witness implements PacketObserver {
  readonly probes = new Map<number, Seen>();
  /** Tells the time of the network. */
  now = () => 0;

  sent(packet: Packet, at: number): void {
    this.probes.set(packet.origin, { destination: ownerOf(packet), sentAt: at, answers: [] });
  }

  received(packet: Packet, at: number): void {
    this.probes.get(packet.origin)?.answers.push({ at, now: this.now() });
  }

  /** The probes of a destination, in the order in which they were sent. */
  of(destination: number): Seen[] {
    return [...this.probes.values()].filter((probe) => probe.destination === destination);
  }
}

/** Where the data starts: behind an echo request's header and nonce, a SYN's header and option, or a datagram's header. */
function ownerOf({ protocol, payload }: Packet): number {
  const start = protocol === ICMP || protocol === ICMP6 ? 16 : protocol === TCP ? 24 : 8;
  const mark = /^<(\d+)>$/.exec(payload.subarray(start).toString());
  if (!mark) throw new Error(`a packet without a mark: ${payload.toString('hex')}`);
  return Number(mark[1]);
}

/** Outcomes of which every probe that was sent has exactly one. */
export const SETTLED: ReadonlySet<string> = new Set([
  'reply',
  'refused',
  'unreachable',
  'ttl_exceeded',
  'timeout',
]);

/** The results of one destination. */
export const resultsOf = (results: readonly NewResult[], destination: number): NewResult[] =>
  results.filter((result) => result.destination_id === destination);
