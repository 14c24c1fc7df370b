import { describe, expect, test } from 'vitest';
import { answerOf, DEFAULT_HOST, type HostSettings } from '../../src/network/host.ts';
import { REJECTIONS } from '../../src/network/icmp-error.ts';
import type { Packet } from '../../src/network/packet.ts';
import { SOURCE, TARGET } from '../support/packets.ts';
import { datagram, decoded, FAMILIES, PROBES, packetOf, ping, segment, syn } from './packets.ts';

const answer = (packet: Packet, settings: Partial<HostSettings> = {}): Packet | undefined =>
  answerOf(packet, { ...DEFAULT_HOST, ...settings });

const all = <Service>(others: Service) => ({ ports: new Map<number, Service>(), others });

const CODES = {
  'no-route': { 4: 0, 6: 0 },
  'host-unreachable': { 4: 1, 6: 3 },
  'port-unreachable': { 4: 3, 6: 4 },
  'admin-prohibited': { 4: 13, 6: 1 },
} as const;

describe.each(FAMILIES)('of IPv%i', (family) => {
  const from = { address: TARGET[family] };

  test('an answer goes back from where the packet was going, with the host’s TTL', () => {
    for (const probe of Object.values(PROBES))
      expect(answer(probe(family, { ttl: 3 }), { ttl: 99 })).toMatchObject({
        family,
        source: TARGET[family],
        destination: SOURCE[family],
        ttl: 99,
        origin: 7,
      });
  });

  test('an echo reply is the request, but for its type', () => {
    const request = ping(family);
    expect(decoded(answer(request))).toMatchObject({
      kind: 'echo',
      ...from,
      rid: 0x2a01,
      rseq: 9,
      payload: request.payload.subarray(8),
    });
  });

  test('echo requests may be filtered, and nothing but they is answered', () => {
    expect(answer(ping(family), { ping: 'filtered' })).toBeUndefined();
    expect(answer(answer(ping(family))!)).toBeUndefined();
    expect(answer(packetOf(family, 132, Buffer.alloc(20)))).toBeUndefined();
    // The other IP version's ICMP.
    expect(answer({ ...ping(family === 4 ? 6 : 4), family })).toBeUndefined();
  });

  describe.each(REJECTIONS)('all may be rejected with %s', (how) => {
    test.each([
      ['ping', ping(family), { ping: how }],
      ['syn', syn(family), { tcp: all(how) }],
      ['datagram', datagram(family), { udp: all(how) }],
    ])('%s', (_, packet, settings) => {
      const refusal = decoded(answer(packet, settings));
      expect(refusal).toMatchObject({ kind: 'error', ...from, rcode: CODES[how][family], quote: from });
      expect(refusal?.icmptype).toBe(family === 4 ? 3 : 1);
    });
  });

  test('an open port takes a SYN, and its number and nothing else of it', () => {
    const tcp = all('open' as const);
    const acknowledged = {
      kind: 'segment',
      ...from,
      port: 443,
      rid: 0x41c0,
      acknowledgment: 0xfedcba99,
      reset: false,
    };
    expect(decoded(answer(syn(family), { tcp }))).toMatchObject(acknowledged);
    expect(decoded(answer(syn(family, {}, { data: Buffer.from('data') }), { tcp }))).toMatchObject(
      acknowledged,
    );
  });

  test('a closed port resets a SYN, and acknowledges all that it has', () => {
    const reset = {
      kind: 'segment',
      ...from,
      port: 443,
      rid: 0x41c0,
      acknowledgment: 0xfedcba99,
      reset: true,
    };
    expect(decoded(answer(syn(family)))).toMatchObject(reset);
    expect(decoded(answer(syn(family, {}, { data: Buffer.from('data') })))).toMatchObject({
      ...reset,
      acknowledgment: 0xfedcba9d,
    });
  });

  test('a filtered port says nothing', () => {
    expect(answer(syn(family), { tcp: all('filtered') })).toBeUndefined();
    expect(answer(datagram(family), { udp: all('filtered') })).toBeUndefined();
  });

  test('UDP services echo, say something else, nothing, or that they are not there', () => {
    const data = datagram(family).payload.subarray(8);
    const said = (udp: 'echo' | 'other' | 'silent' | 'closed') =>
      decoded(answer(datagram(family), { udp: all(udp) }));
    const back = { kind: 'datagram', ...from, port: 53, rid: 0x41c1, intact: true };
    expect(said('echo')).toMatchObject({ ...back, payload: data });
    const other = said('other');
    expect(other).toMatchObject(back);
    expect(other).not.toMatchObject({ payload: data });
    expect(said('silent')).toBeUndefined();
    expect(said('closed')).toMatchObject({
      kind: 'error',
      ...from,
      cause: 'port unreachable',
      quote: { port: 53 },
    });
  });

  test('a port has its own service, or that of all the others', () => {
    const tcp = { ports: new Map([[443, 'open' as const]]), others: 'closed' as const };
    expect(decoded(answer(syn(family), { tcp }))).toMatchObject({ reset: false });
    expect(decoded(answer(syn(family, {}, { port: 444 }), { tcp }))).toMatchObject({ reset: true });
    const udp = { ports: new Map([[53, 'echo' as const]]), others: 'closed' as const };
    expect(decoded(answer(datagram(family), { udp }))).toMatchObject({ kind: 'datagram' });
    expect(decoded(answer(datagram(family, {}, { port: 54 }), { udp }))).toMatchObject({ kind: 'error' });
  });
});

describe('what RFC 9293 says of other segments', () => {
  const [FIN, SYN, RST, ACK] = [1, 2, 4, 16];
  const said = (packet: Packet, service: 'open' | 'closed') => {
    const bytes = answer(packet, { tcp: all(service) })?.payload;
    return (
      bytes && { flags: bytes[13], sequence: bytes.readUInt32BE(4), acknowledgment: bytes.readUInt32BE(8) }
    );
  };
  const numbers = { sequence: 100, acknowledgment: 200 };

  test('a reset is never answered', () => {
    for (const service of ['open', 'closed'] as const)
      for (const flags of [RST, RST | ACK, RST | SYN])
        expect(said(segment(4, flags, numbers), service)).toBeUndefined();
  });

  test('a closed port resets from the number that was acknowledged, or from 0', () => {
    expect(said(segment(4, ACK, numbers), 'closed')).toMatchObject({ flags: RST, sequence: 200 });
    expect(said(segment(4, SYN | ACK, numbers), 'closed')).toMatchObject({ flags: RST, sequence: 200 });
    expect(said(segment(4, FIN, { ...numbers, data: 'abc' }), 'closed')).toEqual({
      flags: RST | ACK,
      sequence: 0,
      acknowledgment: 104,
    });
    expect(said(segment(4, SYN, { sequence: 0xffffffff }), 'closed')).toMatchObject({ acknowledgment: 0 });
  });

  test('an open port ends its side, too, where it has been told nothing before', () => {
    const answered = said(segment(4, SYN, { sequence: 100 }), 'open')!;
    const numbers = { sequence: answered.acknowledgment, acknowledgment: answered.sequence + 1 };
    expect(said(segment(4, FIN | ACK, numbers), 'open')).toEqual({
      flags: FIN | ACK,
      sequence: numbers.acknowledgment,
      acknowledgment: 102,
    });
  });

  test('an open port ends a connection that is ended, or that says something', () => {
    expect(said(segment(4, ACK, numbers), 'open')).toBeUndefined();
    expect(said(segment(4, FIN | ACK, numbers), 'open')).toEqual({
      flags: ACK,
      sequence: 200,
      acknowledgment: 101,
    });
    expect(said(segment(4, ACK, { ...numbers, data: 'abc' }), 'open')).toEqual({
      flags: FIN | ACK,
      sequence: 200,
      acknowledgment: 103,
    });
    expect(said(segment(4, SYN, { sequence: 0xffffffff }), 'open')).toMatchObject({
      flags: SYN | ACK,
      acknowledgment: 0,
    });
  });
});
