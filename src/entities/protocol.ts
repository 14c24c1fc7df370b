import type { Family } from '../io/transport.ts';

/** The values of `destinations.protocol`. */
export const Protocol = { UDP: 1, TCP: 2, ICMP: 3, UDP6: 4, TCP6: 5, ICMP6: 6 } as const;
export type Protocol = (typeof Protocol)[keyof typeof Protocol];

const names = new Map<unknown, string>(Object.entries(Protocol).map(([name, value]) => [value, name]));

/** `ICMP` for 3; undefined for a value that stands for no protocol. */
export const protocolName = (value: unknown): string | undefined => names.get(value);

/** The IP version that a protocol's packets have. */
export const protocolFamily = (protocol: Protocol): Family => (protocol <= Protocol.ICMP ? 4 : 6);
