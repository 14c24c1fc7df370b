import { whyNotOpened } from '../io/permission.ts';
import { TransportError } from '../io/transport.ts';
import type { Pinger, Started } from '../pinger.ts';
import { CommandFailure } from './failure.ts';

/** Starts a pinger. Throws CommandFailure where this host does not let it open sockets, and DatabaseError. */
export async function startPinger(pinger: Pinger): Promise<Started> {
  try {
    return await pinger.start();
  } catch (error) {
    throw error instanceof TransportError ? new CommandFailure(whyNotOpened(error)) : error;
  }
}
