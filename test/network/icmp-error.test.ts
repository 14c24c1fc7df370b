import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { icmpProtocol } from '../../src/io/packet/icmp.ts';
import {
  icmpError,
  isIcmpError,
  quotedDestination,
  REJECTIONS,
  rejected,
  timeExceeded,
  tooBig,
} from '../../src/network/icmp-error.ts';
import { encodePacket, lengthOf } from '../../src/network/packet.ts';
import { icmp, ROUTER, SOURCE, TARGET } from '../support/packets.ts';
import { datagram, decoded, FAMILIES, isRight, PROBE_NAMES, PROBES, packetOf, ping } from './packets.ts';

/** Types and codes by RFC 792, 1122, 1812 and 4443, of what nftables' `reject with icmpx` sends. */
const CODES = {
  'no-route': { 4: [3, 0], 6: [1, 0] },
  'host-unreachable': { 4: [3, 1], 6: [1, 3] },
  'port-unreachable': { 4: [3, 3], 6: [1, 4] },
  'admin-prohibited': { 4: [3, 13], 6: [1, 1] },
} as const;

const header = (family: 4 | 6): number => (family === 4 ? 20 : 40);

describe.each(FAMILIES)('of IPv%i', (family) => {
  test.each(REJECTIONS)('%s has its type and code', (how) => {
    const { type, code } = rejected(ping(family), how);
    expect([type, code]).toEqual(CODES[how][family]);
  });

  test.each(PROBE_NAMES)('an error about a %s is understood', (name) => {
    const about = PROBES[name](family, { ttl: 3 });
    const error = icmpError(about, ROUTER[family], timeExceeded(about));
    expect(error).toMatchObject({
      family,
      source: ROUTER[family],
      destination: SOURCE[family],
      ttl: 64,
      origin: 7,
    });
    expect(decoded(error)).toMatchObject({
      kind: 'error',
      address: ROUTER[family],
      icmptype: family === 4 ? 11 : 3,
      rcode: 0,
      cause: 'ttl exceeded',
      quote: { address: TARGET[family] },
    });
    expect(quotedDestination(error!)).toBe(TARGET[family]);
    expect(error!.payload.subarray(8)).toEqual(encodePacket(about));
  });

  test('one that is too big comes with the MTU', () => {
    const about = ping(family);
    const error = icmpError(about, ROUTER[family], tooBig(about, 1280));
    expect(decoded(error)).toMatchObject(
      family === 4 ? { icmptype: 3, rcode: 4, cause: 'other' } : { icmptype: 2, rcode: 0, cause: 'other' },
    );
    expect(error!.payload.readUInt32BE(4)).toBe(1280);
    const other = icmpError(about, ROUTER[family], rejected(about, 'no-route'));
    expect(other!.payload.readUInt32BE(4)).toBe(0);
  });

  test('quotes as much as asked for, and no more than the longest error has room for', () => {
    fc.assert(
      fc.property(fc.nat(1500), fc.integer({ min: 8, max: 1500 }), (data, quote) => {
        const about = ping(family, {}, { data: Buffer.alloc(data, 'x') });
        const error = icmpError(about, ROUTER[family], timeExceeded(about), quote)!;
        const length = Math.min(
          lengthOf(about),
          header(family) + quote,
          (family === 4 ? 576 : 1280) - header(family) - 8,
        );
        expect(error.payload.subarray(8).equals(encodePacket(about).subarray(0, length))).toBe(true);
        expect(isRight(error)).toBe(true);
      }),
      { seed: 1 },
    );
  });

  test('none is about an error, and one is about anything else', () => {
    for (let type = 0; type < 256; type++) {
      const about = packetOf(family, icmpProtocol(family), icmp(family, type, 0, 0, Buffer.from('body')));
      const isError = family === 4 ? [3, 4, 5, 11, 12].includes(type) : type < 128;
      expect(isIcmpError(about)).toBe(isError);
      expect(icmpError(about, ROUTER[family], timeExceeded(about)) === undefined).toBe(isError);
    }
    const about = icmpError(ping(family), ROUTER[family], timeExceeded(ping(family)))!;
    expect(icmpError(about, TARGET[family], rejected(about, 'no-route'))).toBeUndefined();
  });

  test('what starts like an error in another protocol is none', () => {
    const about = datagram(family, {}, { rid: 0x0300 });
    expect(isIcmpError(about)).toBe(false);
    expect(icmpError(about, ROUTER[family], timeExceeded(about))).toBeDefined();
    expect(isIcmpError({ ...about, protocol: icmpProtocol(family), payload: Buffer.alloc(0) })).toBe(false);
  });
});
