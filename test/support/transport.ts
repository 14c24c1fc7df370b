import type { TransportName } from '../../src/io/choose-transport.ts';

/** What the tests on real sockets move packets with: they run with each transport. */
export const TRANSPORT = (process.env.PINGER_TRANSPORT ?? 'auto') as TransportName;

/** Of IPv6, raw-socket does not tell the hop limit that a packet came with. */
export const TELLS_HOP_LIMIT = TRANSPORT !== 'raw-socket';
