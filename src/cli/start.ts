import { ALLOW_DATAGRAM_SOCKETS, ALLOW_RAW_SOCKETS } from '../io/permission.ts';
import { TransportError } from '../io/transport.ts';
import type { Pinger, Started } from '../pinger.ts';
import { CommandFailure } from './failure.ts';

/** Starts a pinger. Throws CommandFailure where this host does not let it open sockets, and DatabaseError. */
export async function startPinger(pinger: Pinger): Promise<Started> {
  try {
    return await pinger.start();
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    throw new CommandFailure(REASONS[error.code] ?? `raw sockets: ${error.message} (${error.code})`);
  }
}

const RAW_SOCKETS = `raw sockets need root or the capability CAP_NET_RAW: run with sudo, or allow it once with: ${ALLOW_RAW_SOCKETS}`;

/** By the error that opening ends with: of raw sockets, and of datagram sockets where those were tried, too. */
const REASONS: Readonly<Record<string, string>> = {
  EPERM: RAW_SOCKETS,
  EACCES: `${RAW_SOCKETS}; ICMP alone needs no more than datagram sockets, which this allows: ${ALLOW_DATAGRAM_SOCKETS}`,
};
