import { describe, expect, test } from 'vitest';
import { addressBytes } from '../../../src/io/packet/address.ts';
import { checksum } from '../../../src/io/packet/checksum.ts';
import { decodeIcmp, encodeEchoRequest, longestEchoData } from '../../../src/io/packet/icmp.ts';
import type { ReceivedPacket } from '../../../src/io/transport.ts';
import { echoReply, icmp, ipv6Header, quotedRequest, received } from '../../support/packets.ts';

const payload = Buffer.from('NONCEabcdata');
const target = { 4: '198.51.100.7', 6: '2001:db8::7' } as const;
const router = { 4: '203.0.113.1', 6: '2001:db8:ffff::1' } as const;
const own = { 4: '192.0.2.1', 6: '2001:db8::1' } as const;
const echo = (family: 4 | 6) => ({ family, rid: 0x2a01, rseq: 65535, payload });

describe('encodeEchoRequest', () => {
  test('is an ICMP echo request with a valid checksum', () => {
    const bytes = encodeEchoRequest(echo(4));
    expect([...bytes.subarray(0, 2)]).toEqual([8, 0]);
    expect(checksum(bytes)).toBe(0);
    expect(bytes.subarray(4).toString('hex')).toBe(`2a01ffff${payload.toString('hex')}`);
  });

  test('leaves the ICMPv6 checksum to the kernel', () => {
    expect([...encodeEchoRequest(echo(6)).subarray(0, 4)]).toEqual([128, 0, 0, 0]);
  });

  test('has a right checksum for an odd number of bytes', () => {
    expect(checksum(encodeEchoRequest({ ...echo(4), payload: payload.subarray(1) }))).toBe(0);
  });
});

test('the checksum of the example in RFC 1071 section 3', () => {
  expect(checksum(Uint8Array.from([0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]))).toBe(~0xddf2 & 0xffff);
});

test('longestEchoData fills a packet of 65,535 bytes', () => {
  expect(20 + 8 + 8 + longestEchoData(4)).toBe(65_535);
  expect(8 + 8 + longestEchoData(6)).toBe(65_535);
});

describe.each([4, 6] as const)('decodeIcmp for IPv%i', (family) => {
  const types = family === 4 ? { unreachable: 3, exceeded: 11 } : { unreachable: 1, exceeded: 3 };

  test('an echo reply', () => {
    const packet = received(family, target[family], echoReply(echo(family)), 12.5);
    expect(decodeIcmp(packet)).toMatchObject({
      kind: 'echo',
      family,
      address: target[family],
      receivedAt: 12.5,
      rtype: family === 4 ? 1 : 58,
      rcode: 0,
      icmptype: family === 4 ? 0 : 129,
      rttl: family === 4 ? 61 : null,
      rid: 0x2a01,
      rseq: 65535,
      payload,
      intact: true,
    });
  });

  test('an echo reply without an IP header, with the TTL that the host tells', () => {
    const packet = received(family, target[family], echoReply(echo(family)));
    const bytes = family === 4 ? packet.bytes.subarray(20) : packet.bytes;
    expect(decodeIcmp({ ...packet, bytes, ttl: 7, bare: true })).toMatchObject({
      kind: 'echo',
      rttl: 7,
      rid: 0x2a01,
      payload,
      intact: true,
    });
  });

  test('an error names the router, its code and the request it is about', () => {
    const error = icmp(
      family,
      types.unreachable,
      1,
      0,
      quotedRequest(echo(family), own[family], target[family]),
    );
    expect(decodeIcmp(received(family, router[family], error))).toMatchObject({
      kind: 'error',
      address: router[family],
      icmptype: types.unreachable,
      rcode: 1,
      cause: 'other',
      quote: { kind: 'echo', address: target[family], rid: 0x2a01, rseq: 65535, payload },
    });
  });

  describe('an error in the words of the host', () => {
    const addresses = Buffer.from(addressBytes(own[family], target[family]));
    const reported = (bytes: Buffer, icmptype: number, rcode = 0): ReceivedPacket => ({
      family,
      protocol: family === 4 ? 1 : 58,
      address: router[family],
      receivedAt: 12.5,
      ttl: 61,
      bare: true,
      error: { icmptype, rcode, addresses },
      bytes,
    });

    test('is what the packet itself would have said', () => {
      const quoted = quotedRequest(echo(family), own[family], target[family]);
      const whole = decodeIcmp(received(family, router[family], icmp(family, types.exceeded, 0, 0, quoted)));
      const told = decodeIcmp(reported(quoted.subarray(family === 4 ? 20 : 40), types.exceeded));
      expect(told).toMatchObject({ kind: 'error', cause: 'ttl exceeded', rttl: 61, receivedAt: 12.5 });
      expect(told?.kind === 'error' && told.quote).toEqual(whole?.kind === 'error' && whole.quote);
    });

    test('is nothing where it is no error, or is about no echo request, or quotes less than a header', () => {
      const request = encodeEchoRequest(echo(family));
      // Redirects, and what the kernel may come to tell.
      for (const type of [5, 4, 0, 8, 128, 129, 137, 255].filter((each) => family === 4 || each !== 4))
        expect(decodeIcmp(reported(request, type))).toBeUndefined();
      for (let length = 0; length < 8; length++)
        expect(decodeIcmp(reported(request.subarray(0, length), types.unreachable))).toBeUndefined();
      expect(decodeIcmp(reported(Buffer.alloc(20), types.unreachable))).toBeUndefined();
    });
  });

  test('time exceeded in transit is told from time exceeded at reassembly', () => {
    const quote = quotedRequest(echo(family), own[family], target[family]);
    const causes = [0, 1].map((code) => {
      const answer = decodeIcmp(
        received(family, router[family], icmp(family, types.exceeded, code, 0, quote)),
      );
      return answer?.kind === 'error' && answer.cause;
    });
    expect(causes).toEqual(['ttl exceeded', 'other']);
  });

  test('port unreachable is told from all other codes of its type, and from that code of other types', () => {
    const quote = quotedRequest(echo(family), own[family], target[family]);
    const code = family === 4 ? 3 : 4;
    const causes = [0, 1, 2, 3, 4, 5, 6].map((each) => {
      const answer = decodeIcmp(
        received(family, router[family], icmp(family, types.unreachable, each, 0, quote)),
      );
      return answer?.kind === 'error' && answer.cause;
    });
    expect(causes.indexOf('port unreachable')).toBe(code);
    expect(causes.filter((cause) => cause === 'other')).toHaveLength(6);
    const other = icmp(family, family === 4 ? 12 : 4, code, 0, quote);
    expect(decodeIcmp(received(family, router[family], other))).toMatchObject({ cause: 'other' });
  });

  test('an error that quotes no more than 8 bytes of the request', () => {
    const quote = quotedRequest(echo(family), own[family], target[family]).subarray(
      0,
      family === 4 ? 28 : 48,
    );
    const answer = decodeIcmp(received(family, router[family], icmp(family, types.exceeded, 0, 0, quote)));
    expect(answer).toMatchObject({
      quote: { rid: 0x2a01, rseq: 65535, address: target[family], payload: Buffer.alloc(0) },
    });
  });

  test('an error that quotes less says nothing', () => {
    const quote = quotedRequest(echo(family), own[family], target[family]).subarray(
      0,
      family === 4 ? 27 : 47,
    );
    expect(
      decodeIcmp(received(family, router[family], icmp(family, types.exceeded, 0, 0, quote))),
    ).toBeUndefined();
  });

  test.each([2, 47, 132])('an error about IP protocol %i says nothing', (protocol) => {
    const quote = quotedRequest(echo(family), own[family], target[family]);
    quote[family === 4 ? 9 : 6] = protocol;
    expect(
      decodeIcmp(received(family, router[family], icmp(family, types.exceeded, 0, 0, quote))),
    ).toBeUndefined();
  });

  test("a request, this host's own or another's, is no answer", () => {
    expect(decodeIcmp(received(family, own[family], encodeEchoRequest(echo(family))))).toBeUndefined();
  });
});

test('IPv4 options stand before the quoted request', () => {
  const quote = quotedRequest(echo(4), own[4], target[4], [1, 1, 1, 1, 1, 1, 1, 0]);
  expect(decodeIcmp(received(4, router[4], icmp(4, 11, 0, 0, quote)))).toMatchObject({
    quote: { rid: 0x2a01, payload },
  });
});

test('IPv6 extension headers stand before the quoted request', () => {
  const message = encodeEchoRequest(echo(6));
  const hopByHop = Buffer.from([44, 0, 1, 4, 0, 0, 0, 0]);
  const fragment = Buffer.from([58, 0, 0, 1, 0, 0, 0, 9]);
  const header = ipv6Header(own[6], target[6], 16 + message.length, 0);
  const quote = Buffer.concat([header, hopByHop, fragment, message]);
  expect(decodeIcmp(received(6, router[6], icmp(6, 3, 0, 0, quote)))).toMatchObject({
    quote: { rid: 0x2a01, payload },
  });
});

test('a later fragment has no request to quote', () => {
  const quote = quotedRequest(echo(4), own[4], target[4]);
  quote.writeUInt16BE(185, 6);
  expect(decodeIcmp(received(4, router[4], icmp(4, 11, 0, 0, quote)))).toBeUndefined();
});

test('a reply with a wrong IPv4 checksum is not intact, and an error with one says nothing', () => {
  const reply = echoReply(echo(4));
  reply[12] = (reply[12] as number) ^ 0x10;
  expect(decodeIcmp(received(4, target[4], reply))).toMatchObject({ kind: 'echo', intact: false });
  const error = icmp(4, 11, 0, 0, quotedRequest(echo(4), own[4], target[4]));
  error[30] = (error[30] as number) ^ 0x10;
  expect(decodeIcmp(received(4, router[4], error))).toBeUndefined();
});
