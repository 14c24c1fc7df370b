import type { Clock } from '../clock.ts';
import type { Libc } from '../libc.ts';
import type { KernelTime } from './kernel-time.ts';
import type { SocketAddresses } from './socket-address.ts';

/** What every part of the Linux transport works with. */
export interface LinuxTools {
  libc: Libc;
  clock: Clock;
  time: KernelTime;
  addresses: SocketAddresses;
}
