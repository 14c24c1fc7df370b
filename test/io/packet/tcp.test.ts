import { describe, expect, test } from 'vitest';
import { addressBytes } from '../../../src/io/packet/address.ts';
import { checksum, pseudoHeaderSum, writeChecksum } from '../../../src/io/packet/checksum.ts';
import { TCP } from '../../../src/io/packet/ip.ts';
import { decodeSegment, encodeSyn, longestSynData } from '../../../src/io/packet/tcp.ts';
import { received, SOURCE, TARGET } from '../../support/packets.ts';

const syn = (family: 4 | 6, data = '') =>
  encodeSyn({ family, rid: 0x41c0, port: 443, sequence: 0xfedcba98, data: Buffer.from(data) });

test('a SYN has its ports, its sequence number, no acknowledgment, and the option that every SYN should have', () => {
  expect(syn(4).toString('hex')).toBe(`41c001bbfedcba98000000006002faf000000000${'020405b4'}`);
  expect(syn(6).toString('hex')).toBe(`41c001bbfedcba98000000006002faf000000000${'020405a0'}`);
  expect(syn(4, 'hello').subarray(24).toString()).toBe('hello');
});

test.each([4, 6] as const)('the checksum covers the addresses of IPv%i', (family) => {
  const addresses = addressBytes(SOURCE[family], TARGET[family]);
  for (const data of ['', 'odd']) {
    const bytes = syn(family, data);
    writeChecksum(TCP, bytes, addresses);
    expect(checksum(bytes, 0, bytes.length, pseudoHeaderSum(addresses, TCP, bytes.length))).toBe(0);
  }
});

test('longestSynData fills a packet of 65,535 bytes', () => {
  expect(20 + 24 + longestSynData(4)).toBe(65_535);
  expect(24 + longestSynData(6)).toBe(65_535);
});

describe('decodeSegment', () => {
  /** A segment without data from the target. */
  function segment(flags: number, seal = (bytes: Buffer) => void writeChecksum(TCP, bytes, between)) {
    const bytes = Buffer.alloc(20);
    bytes.writeUInt16BE(443, 0);
    bytes.writeUInt16BE(0x41c0, 2);
    bytes.writeUInt32BE(7, 4);
    bytes.writeUInt32BE(0xfedcba99, 8);
    bytes[12] = 5 << 4;
    bytes[13] = flags;
    seal(bytes);
    return decodeSegment(received(4, TARGET[4], bytes, 2, TCP));
  }
  const between = addressBytes(TARGET[4], SOURCE[4]);

  test.each([
    ['SYN and ACK', 0x12, false],
    ['RST and ACK', 0x14, true],
    ['SYN and ACK and what ECN adds', 0x52, false],
  ])('%s is an answer', (_, flags, reset) => {
    expect(segment(flags)).toMatchObject({
      kind: 'segment',
      port: 443,
      rid: 0x41c0,
      acknowledgment: 0xfedcba99,
      reset,
      rtype: 6,
      rcode: 0,
      icmptype: null,
      rttl: 61,
      receivedAt: 2,
    });
  });

  test.each([
    ['SYN, as a host of our own sends it', 0x02],
    ['RST, as a kernel of our own sends it', 0x04],
    ['ACK', 0x10],
    ['SYN and RST and ACK', 0x16],
    ['FIN and ACK', 0x11],
    ['nothing', 0],
  ])('%s is none', (_, flags) => expect(segment(flags)).toBeUndefined());

  test('a wrong checksum is not believed, and one that the network card was left to complete is', () => {
    expect(segment(0x12, (bytes) => void bytes.writeUInt16BE(0x1234, 16))).toBeUndefined();
    const left = (bytes: Buffer) => void bytes.writeUInt16BE(pseudoHeaderSum(between, TCP, 20), 16);
    expect(segment(0x12, left)).toBeDefined();
  });
});
