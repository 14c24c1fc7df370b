import { closeSync, constants, openSync } from 'node:fs';
import { InterfaceError } from './interface-error.ts';
import { type Libc, loadLibc } from './libc.ts';

const DEVICE = '/dev/net/tun';

// <linux/if_tun.h>. An ioctl that writes has another number on MIPS and POWER.
const TUNSETIFF = /^(mips|ppc)/.test(process.arch) ? 0x8004_54ca : 0x4004_54ca;
const IFF_TUN = 0x0001;
/** Packets come without anything before their IP header. */
const IFF_NO_PI = 0x1000;
/** Nobody else's interface, not even one that waits for somebody to attach to it. */
const IFF_TUN_EXCL = 0x8000;

// struct ifreq of <net/if.h>
const IFREQ = 40;
const IFREQ_FLAGS = 16;

const POLLIN = 0x0001;

const LONGEST_PACKET = 65_535;

/** What moves whole IP packets. */
export interface PacketDevice {
  /** The next packet that has come; undefined where there is none. Throws InterfaceError once the device is gone. */
  read(): Buffer | undefined;
  /** Returns whether it was taken. */
  write(packet: Buffer): boolean;
  /** Returns when something has come, or after so many ns; nothing else of this process happens meanwhile. */
  wait(ns: number): void;
  /** Calls back whenever something has come, until `close`. */
  watch(readable: () => void): void;
  close(): void;
}

/**
 * A TUN interface of Linux: what this host sends through it is read, and what is written has arrived there. It is
 * gone when it is closed, and however the process ends.
 * https://docs.kernel.org/networking/tuntap.html
 */
export class Tun implements PacketDevice {
  readonly #libc: Libc;
  readonly #fd: number;
  readonly #name: string;
  readonly #buffer = Buffer.alloc(LONGEST_PACKET + 1);
  readonly #polled = new Uint8Array(8);
  readonly #timeout = { tv_sec: 0, tv_nsec: 0 };
  #watch: { close(): void } | undefined;

  private constructor(libc: Libc, fd: number, name: string) {
    this.#libc = libc;
    this.#fd = fd;
    this.#name = name;
    new Int32Array(this.#polled.buffer, 0, 1)[0] = fd;
    new Int16Array(this.#polled.buffer, 4, 1)[0] = POLLIN;
  }

  /** Makes an interface of this name, which there is none of yet; it is down. Throws InterfaceError. */
  static open(name: string): Tun {
    const libc = libcForTun();
    const fd = openDevice(name);
    const request = new Uint8Array(IFREQ);
    request.set(Buffer.from(name));
    new Uint16Array(request.buffer, IFREQ_FLAGS, 1)[0] = IFF_TUN | IFF_NO_PI | IFF_TUN_EXCL;
    if (libc.ioctl(fd, TUNSETIFF, 'void *', request) === 0) return new Tun(libc, fd, name);
    const code = libc.errno();
    closeSync(fd);
    throw failure(name, code);
  }

  read(): Buffer | undefined {
    const length = this.#libc.read(this.#fd, this.#buffer, this.#buffer.length);
    if (length >= 0) return Buffer.from(this.#buffer.subarray(0, length));
    const code = this.#libc.errno();
    if (code === 'EAGAIN' || code === 'EINTR') return undefined;
    throw new InterfaceError(code, `interface ${this.#name} has been taken away (${code})`);
  }

  write(packet: Buffer): boolean {
    return this.#libc.write(this.#fd, packet, packet.length) === packet.length;
  }

  wait(ns: number): void {
    this.#timeout.tv_nsec = ns % 1e9;
    this.#timeout.tv_sec = Math.floor(ns / 1e9);
    this.#libc.ppoll(this.#polled, 1, this.#timeout, null);
  }

  watch(readable: () => void): void {
    this.#watch = this.#libc.watch(this.#fd, readable);
  }

  close(): void {
    this.#watch?.close();
    closeSync(this.#fd);
  }
}

function libcForTun(): Libc {
  try {
    return loadLibc();
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    throw new InterfaceError('EKOFFI', `TUN interfaces need koffi, which does not load here: ${reason}`);
  }
}

function openDevice(name: string): number {
  try {
    // Node adds O_CLOEXEC: otherwise a child would inherit the descriptor, and keep the interface alive.
    return openSync(DEVICE, constants.O_RDWR | constants.O_NONBLOCK);
  } catch (error) {
    throw failure(name, (error as NodeJS.ErrnoException).code ?? 'EUNKNOWN');
  }
}

function failure(name: string, code: string): InterfaceError {
  if (code === 'EPERM' || code === 'EACCES')
    return new InterfaceError(
      code,
      `interface ${name}: to make it takes root or the capability CAP_NET_ADMIN: run with sudo`,
    );
  if (code === 'EBUSY') return new InterfaceError(code, `interface ${name} is there already`);
  if (code === 'ENOENT' || code === 'ENODEV' || code === 'ENXIO')
    return new InterfaceError(
      code,
      `${DEVICE} is missing: load the driver with "sudo modprobe tun"; a container has to be given the device`,
    );
  return new InterfaceError(code, `interface ${name}: the kernel does not make it (${code})`);
}
