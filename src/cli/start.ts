import { TransportError } from '../io/transport.ts';
import type { Pinger, Started } from '../pinger.ts';
import { CommandFailure } from './failure.ts';

/** Starts a pinger. Throws CommandFailure where this host does not let it open sockets, and DatabaseError. */
export async function startPinger(pinger: Pinger): Promise<Started> {
  try {
    return await pinger.start();
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    if (error.code !== 'EPERM') throw new CommandFailure(`raw sockets: ${error.message} (${error.code})`);
    throw new CommandFailure(
      `raw sockets need root or the capability CAP_NET_RAW: run with sudo, or allow it once with: sudo setcap cap_net_raw+ep ${process.execPath}`,
    );
  }
}
