import { expect, test } from 'vitest';
import { addressBytes } from '../../../src/io/packet/address.ts';
import { pseudoHeaderSum, writeChecksum } from '../../../src/io/packet/checksum.ts';
import { UDP } from '../../../src/io/packet/ip.ts';
import { decodeDatagram, encodeDatagram, longestDatagramData } from '../../../src/io/packet/udp.ts';
import { received, SOURCE, TARGET } from '../../support/packets.ts';

const between = addressBytes(TARGET[4], SOURCE[4]);

const datagram = (data = 'data'): Buffer =>
  encodeDatagram({ rid: 53, port: 0x41c0, data: Buffer.from(data) });

const decoded = (bytes: Buffer) => decodeDatagram(received(4, TARGET[4], bytes, 2, UDP));

test('a datagram is its ports, its length, a checksum to be written, and the data as it is', () => {
  expect(encodeDatagram({ rid: 0x41c0, port: 53, data: Buffer.from('abc') }).toString('hex')).toBe(
    '41c00035000b0000616263',
  );
});

test('a checksum that comes out as zero goes out as 0xFFFF, because zero means none', () => {
  const bytes = datagram('\0\0');
  const addresses = addressBytes('0.0.0.0', '0.0.0.0');
  const sum = pseudoHeaderSum(addresses, UDP, 10) + 53 + 0x41c0 + 10;
  bytes.writeUInt16BE(0xffff - sum, 8);
  expect(writeChecksum(UDP, bytes, addresses)).toBe(0xffff);
  expect(bytes.readUInt16BE(6)).toBe(0xffff);
});

test('longestDatagramData fills a packet of 65,535 bytes', () => {
  expect(20 + 8 + longestDatagramData(4)).toBe(65_535);
  expect(8 + longestDatagramData(6)).toBe(65_535);
});

test('what arrives says who sent it, where from and what', () => {
  const bytes = datagram();
  writeChecksum(UDP, bytes, between);
  expect(decoded(bytes)).toMatchObject({
    kind: 'datagram',
    address: TARGET[4],
    port: 53,
    rid: 0x41c0,
    payload: Buffer.from('data'),
    intact: true,
    rtype: 17,
    rcode: 0,
    icmptype: null,
    rttl: 61,
  });
});

test('no checksum is none that is wrong; one that was left to the network card is right', () => {
  expect(decoded(datagram())).toMatchObject({ intact: true });
  const left = datagram();
  left.writeUInt16BE(pseudoHeaderSum(between, UDP, left.length), 6);
  expect(decoded(left)).toMatchObject({ intact: true });
  const wrong = datagram();
  wrong.writeUInt16BE(0x1234, 6);
  expect(decoded(wrong)).toMatchObject({ intact: false });
});

test('what follows the length that a datagram gives is no part of it, and a length beyond the packet is garbage', () => {
  const padded = Buffer.concat([datagram(), Buffer.alloc(4)]);
  expect(decoded(padded)?.payload.toString()).toBe('data');
  const long = datagram();
  long.writeUInt16BE(long.length + 1, 4);
  expect(decoded(long)).toBeUndefined();
  const short = datagram();
  short.writeUInt16BE(7, 4);
  expect(decoded(short)).toBeUndefined();
});

test('those of IPv6 come without header, and verified', () => {
  expect(decodeDatagram(received(6, TARGET[6], datagram(), 2, UDP))).toMatchObject({
    rttl: null,
    intact: true,
    addresses: null,
  });
});
