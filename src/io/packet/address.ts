import ipaddr from 'ipaddr.js';

/** The canonical text of the address whose bytes start at `at`: dotted quad, or RFC 5952 for IPv6. */
export const addressText = (bytes: Uint8Array, at: number, length: 4 | 16): string =>
  canonical(ipaddr.fromByteArray([...bytes.subarray(at, at + length)]));

/** The bytes of numeric addresses, one after the other. */
export const addressBytes = (...addresses: string[]): Uint8Array =>
  Uint8Array.from(addresses.flatMap((address) => ipaddr.parse(address.replace(/%.*$/, '')).toByteArray()));

/** The canonical text of a numeric address, without its zone: what equal addresses have in common. */
export const canonicalAddress = (address: string): string =>
  canonical(ipaddr.parse(address.replace(/%.*$/, '')));

/** The IPv4 address that an IPv4-mapped IPv6 address stands for; undefined for any other. */
export function mappedAddress(address: string): string | undefined {
  const parsed = ipaddr.parse(address.replace(/%.*$/, ''));
  return parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress()
    ? parsed.toIPv4Address().toString()
    : undefined;
}

const canonical = (address: ipaddr.IPv4 | ipaddr.IPv6): string =>
  address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString();
