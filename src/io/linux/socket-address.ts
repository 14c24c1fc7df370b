import type { Libc } from '../libc.ts';
import { addressBytes, addressText } from '../packet/address.ts';
import type { AddressMemo, Family } from '../transport.ts';
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
  readonly #encoded = new Map<string, number | Uint32Array>();
  /** IPv4 addresses by their 32 bits, IPv6 ones by their bytes as latin1. */
  readonly #decoded = new Map<number | string, string>();

  constructor(libc: Libc) {
    this.#libc = libc;
  }

  /** A numeric address: of IPv4 its 32 bits, of IPv6 the words of a struct sockaddr_in6, with the zone if it has one. */
  encode(family: Family, address: string, memo?: AddressMemo): number | Uint32Array {
    const known = memo?.encoded ?? this.#encoded.get(address);
    if (known) return known;
    const encoded = this.#encode(family, address);
    // Of an interface that goes and comes back, the number is another.
    if (address.includes('%')) return encoded;
    if (this.#encoded.size >= CAPACITY) this.#encoded.clear();
    if (memo) memo.encoded = encoded;
    else this.#encoded.set(address, encoded);
    return encoded;
  }

  /** The address in a struct sockaddr that starts at `at`, in canonical form. */
  decode(family: Family, bytes: Buffer, at: number): string {
    const start = at + (family === 4 ? IN_ADDRESS : IN6_ADDRESS);
    const length = family === 4 ? 4 : 16;
    const key = family === 4 ? bytes.readUInt32LE(start) : bytes.toString('latin1', start, start + length);
    let decoded = this.#decoded.get(key);
    if (decoded === undefined) {
      if (this.#decoded.size >= CAPACITY) this.#decoded.clear();
      decoded = addressText(bytes, start, length);
      this.#decoded.set(key, decoded);
    }
    return decoded;
  }

  #encode(family: Family, address: string): number | Uint32Array {
    const bytes = addressBytes(address);
    if (family === 4) return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, LITTLE);
    const words = new Uint32Array(SOCKADDR_IN6 / 4);
    const view = new DataView(words.buffer);
    view.setUint16(0, domainOf(family), LITTLE);
    new Uint8Array(words.buffer).set(bytes, IN6_ADDRESS);
    const zone = address.split('%')[1];
    if (zone !== undefined)
      view.setUint32(IN6_SCOPE, /^\d+$/.test(zone) ? Number(zone) : this.#libc.if_nametoindex(zone), LITTLE);
    return words;
  }
}
