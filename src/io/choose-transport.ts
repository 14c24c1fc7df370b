import type { Clock } from './clock.ts';
import { type Libc, loadLibc } from './libc.ts';
import { PermittedTransport } from './linux/permitted-transport.ts';
import { RawSocketTransport } from './raw-socket.ts';
import { type Transport, TransportError } from './transport.ts';

/** How packets are moved: by Linux's own calls, by the raw-socket package, or by the first of the two that this host can. */
export const TRANSPORTS = ['auto', 'linux', 'raw-socket'] as const;
export type TransportName = (typeof TRANSPORTS)[number];

/** The layouts in memory that the Linux transport knows are those of 64 bits. */
const POINTER = 8;

/** A transport that has not been opened. One that this host does not have says so when it is. */
export function chooseTransport(name: TransportName, clock: Clock): Transport {
  if (name === 'raw-socket') return new RawSocketTransport(clock);
  const libc = linuxLibc();
  if (!(libc instanceof TransportError)) return new PermittedTransport(libc, clock);
  return name === 'auto' ? new RawSocketTransport(clock) : new MissingTransport(libc);
}

function linuxLibc(): Libc | TransportError {
  if (process.platform !== 'linux')
    return new TransportError('ENOSYS', `transport linux: this host runs ${process.platform}`);
  try {
    const libc = loadLibc();
    if (libc.pointerSize === POINTER) return libc;
    return new TransportError('ENOSYS', 'transport linux: needs a Linux of 64 bits');
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    return new TransportError('ENOSYS', `transport linux: koffi does not load here: ${reason}`);
  }
}

class MissingTransport implements Transport {
  readonly #error: TransportError;

  constructor(error: TransportError) {
    this.#error = error;
  }

  open(): void {
    throw this.#error;
  }

  send(): void {}

  close(): void {}

  counters() {
    return { sent: 0, received: 0, dropped: 0 };
  }
}
