import { ICMP, ICMP6, TCP, UDP } from '../io/packet/ip.ts';
import type { Family } from '../io/transport.ts';

/** The values of `destinations.protocol`. */
export const Protocol = { UDP: 1, TCP: 2, ICMP: 3, UDP6: 4, TCP6: 5, ICMP6: 6 } as const;
export type Protocol = (typeof Protocol)[keyof typeof Protocol];

const names = new Map<unknown, string>(Object.entries(Protocol).map(([name, value]) => [value, name]));

/** `ICMP` for 3; undefined for a value that stands for no protocol. */
export const protocolName = (value: unknown): string | undefined => names.get(value);

const IP_PROTOCOLS: Record<Protocol, number> = { 1: UDP, 2: TCP, 3: ICMP, 4: UDP, 5: TCP, 6: ICMP6 };

/** The IP protocol number of a protocol's packets. */
export const ipProtocol = (protocol: Protocol): number => IP_PROTOCOLS[protocol];

/** Whether a protocol probes a port, which its rows have to name. */
export const hasPort = (protocol: Protocol): boolean =>
  ipProtocol(protocol) === TCP || ipProtocol(protocol) === UDP;

/** The IP version that a protocol's packets have. */
export const protocolFamily = (protocol: Protocol): Family => (protocol <= Protocol.ICMP ? 4 : 6);
