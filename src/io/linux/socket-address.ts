import type { Libc } from '../libc.ts';
import { addressBytes, addressText } from '../packet/address.ts';
import type { Family } from '../transport.ts';
import { LITTLE } from './message-vector.ts';
import { AF_INET, AF_INET6 } from './socket-options.ts';

// struct sockaddr_in and struct sockaddr_in6 of <netinet/in.h>
const SOCKADDR_IN = 16;
const SOCKADDR_IN6 = 28;
const IN_ADDRESS = 4;
const IN6_ADDRESS = 8;
const IN6_SCOPE = 24;

/** Any address of this host, as a struct sockaddr with a port. */
export function anyAddress(family: Family, port: number): Buffer {
  const name = Buffer.alloc(family === 4 ? SOCKADDR_IN : SOCKADDR_IN6);
  new DataView(name.buffer, name.byteOffset).setUint16(0, domainOf(family), LITTLE);
  name.writeUInt16BE(port, 2);
  return name;
}

/** The address family of an IP version. */
export const domainOf = (family: Family): number => (family === 4 ? AF_INET : AF_INET6);

/** So many addresses are remembered. */
const CAPACITY = 65_536;

/** Addresses as the kernel has them, and back. */
export class SocketAddresses {
  readonly #libc: Libc;
  readonly #encoded = new Map<string, Buffer>();
  readonly #decoded = new Map<string, string>();

  constructor(libc: Libc) {
    this.#libc = libc;
  }

  /** A numeric address, with its zone if it has one, as a struct sockaddr. */
  encode(family: Family, address: string): Buffer {
    let encoded = this.#encoded.get(address);
    if (!encoded) {
      if (this.#encoded.size >= CAPACITY) this.#encoded.clear();
      encoded = this.#encode(family, address);
      this.#encoded.set(address, encoded);
    }
    return encoded;
  }

  /** The four bytes of an IPv4 address. */
  ipv4Bytes(address: string): Buffer {
    return this.encode(4, address).subarray(IN_ADDRESS, IN_ADDRESS + 4);
  }

  /** The address in a struct sockaddr that starts at `at`, in canonical form. */
  decode(family: Family, bytes: Buffer, at: number): string {
    const start = at + (family === 4 ? IN_ADDRESS : IN6_ADDRESS);
    const length = family === 4 ? 4 : 16;
    const key = bytes.toString('latin1', start, start + length);
    let decoded = this.#decoded.get(key);
    if (decoded === undefined) {
      if (this.#decoded.size >= CAPACITY) this.#decoded.clear();
      decoded = addressText(bytes, start, length);
      this.#decoded.set(key, decoded);
    }
    return decoded;
  }

  #encode(family: Family, address: string): Buffer {
    const bytes = Buffer.alloc(family === 4 ? SOCKADDR_IN : SOCKADDR_IN6);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    view.setUint16(0, domainOf(family), LITTLE);
    bytes.set(addressBytes(address), family === 4 ? IN_ADDRESS : IN6_ADDRESS);
    const zone = address.split('%')[1];
    if (family === 6 && zone !== undefined)
      view.setUint32(IN6_SCOPE, /^\d+$/.test(zone) ? Number(zone) : this.#libc.if_nametoindex(zone), LITTLE);
    return bytes;
  }
}
