import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalAddress } from '../../src/io/packet/address.ts';
import {
  decodePacket,
  encodePacket,
  lengthOf,
  type Packet,
  pseudoAddresses,
} from '../../src/network/packet.ts';
import { bytesOf, ipv4Header, ipv6Header } from '../support/packets.ts';
import { isRight, ping, syn } from './packets.ts';

const bytes = (minLength: number, maxLength = minLength) => fc.uint8Array({ minLength, maxLength });

const common = {
  protocol: fc.nat(255),
  ttl: fc.nat(255),
  payload: bytes(0, 100).map((each) => Buffer.from(each)),
  origin: fc.nat(),
};
const packets: fc.Arbitrary<Packet> = fc.oneof(
  fc.record({
    family: fc.constant(4 as const),
    ...common,
    source: fc.ipV4(),
    destination: fc.ipV4(),
    whole: fc.boolean(),
  }),
  fc.record({
    family: fc.constant(6 as const),
    ...common,
    source: fc.ipV6().map(canonicalAddress),
    destination: fc.ipV6().map(canonicalAddress),
    whole: fc.constant(true),
  }),
);

test('what is encoded is decoded as what it was', () => {
  fc.assert(
    fc.property(packets, (packet) => {
      const encoded = encodePacket(packet);
      expect(encoded).toHaveLength(lengthOf(packet));
      expect(decodePacket(encoded, packet.origin)).toEqual(packet);
    }),
    { seed: 1, numRuns: 500 },
  );
});

test('an IPv4 header is to the letter what RFC 791 says', () => {
  const packet = ping(4, { ttl: 61, whole: false });
  const header = encodePacket(packet).subarray(0, 20);
  expect(header).toEqual(ipv4Header(packet.source, packet.destination, packet.payload.length));
  expect(encodePacket({ ...packet, whole: true }).readUInt16BE(6)).toBe(0x4000);
  expect(isRight({ ...packet, whole: true })).toBe(true);
});

test('an IPv6 header is to the letter what RFC 8200 says', () => {
  const packet = syn(6, { ttl: 61 });
  const header = encodePacket(packet).subarray(0, 40);
  expect(header).toEqual(ipv6Header(packet.source, packet.destination, packet.payload.length, 6));
});

test('a pseudo-header starts with the source and the destination', () => {
  for (const packet of [ping(4), ping(6)])
    expect([...pseudoAddresses(packet)]).toEqual([...bytesOf(packet.source), ...bytesOf(packet.destination)]);
});

describe('decodePacket', () => {
  test('leaves out what follows the packet, and IPv4 options', () => {
    const { source, destination, payload } = ping(4);
    const header = ipv4Header(source, destination, payload.length, 1, [1, 1, 1, 0]);
    const decoded = decodePacket(Buffer.concat([header, payload, Buffer.from('padding')]), 7);
    expect(decoded).toEqual(ping(4, { ttl: 61, whole: false }));
    const padded = Buffer.concat([encodePacket(syn(6)), Buffer.from('padding')]);
    expect(decodePacket(padded, 7)).toEqual(syn(6));
  });

  test('takes no fragments, be they first, later or last', () => {
    for (const fragment of [0x2000, 0x2001, 0x0001, 0x1fff]) {
      const encoded = encodePacket(ping(4));
      encoded.writeUInt16BE(fragment, 6);
      expect(decodePacket(encoded, 7)).toBeUndefined();
    }
  });

  test('takes nothing that is cut short', () => {
    for (const packet of [ping(4), ping(6)]) {
      const encoded = encodePacket(packet);
      for (let length = 0; length < encoded.length; length++)
        expect(decodePacket(encoded.subarray(0, length), 7)).toBeUndefined();
    }
  });

  test('takes no header shorter than one, and no packet shorter than its header', () => {
    const short = encodePacket(ping(4));
    short[0] = 0x44;
    expect(decodePacket(short, 7)).toBeUndefined();
    const empty = encodePacket(ping(4));
    empty.writeUInt16BE(19, 2);
    expect(decodePacket(empty, 7)).toBeUndefined();
  });

  test('survives garbage', () => {
    const version = fc.constantFrom(0x45, 0x4f, 0x60, 0x00, 0xff);
    fc.assert(
      fc.property(bytes(0, 80), version, (garbage, first) => {
        if (garbage.length > 0) garbage[0] = first;
        const packet = decodePacket(Buffer.from(garbage), 0);
        expect(packet === undefined || lengthOf(packet) <= garbage.length).toBe(true);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });
});
