import { beforeEach, describe, expect, test } from 'vitest';
import { decode } from '../../src/io/packet/decode.ts';
import type { ReceivedPacket } from '../../src/io/transport.ts';
import { Flight, LATE_WINDOW, type Probe } from '../../src/probing/flight.ts';
import { resultOf } from '../../src/probing/results.ts';
import { RoutingTable } from '../../src/probing/routing-table.ts';
import { ALL_PROTOCOLS, answerTo, errorAbout, InFlight, onTheWire, RST_ACK } from '../support/in-flight.ts';
import { TARGET } from '../support/packets.ts';
import { settings } from '../support/probes.ts';

let inFlight: InFlight;
beforeEach(() => {
  inFlight = new InFlight();
});

const find = (packet: ReceivedPacket): Probe | undefined => {
  const answer = decode(packet);
  return answer && inFlight.routes.find(answer);
};

describe('lanes', () => {
  const claim = (routes: RoutingTable, address = '192.0.2.9') =>
    routes.claim(new Flight(), settings({ address }), address, address);
  const ridOf = (route: ReturnType<typeof claim>) => route?.identifiers.take({} as Probe);
  let routes: RoutingTable;
  beforeEach(() => {
    let last = 0;
    routes = new RoutingTable(7, () => ++last);
  });

  test('two ICMP destinations with one address never share an identifier', () => {
    const rids = Array.from({ length: 256 }, () => ridOf(claim(routes)) ?? -1);
    expect(new Set(rids).size).toBe(256);
    for (const rid of rids) expect(rid >> 8).toBe(7);
  });

  test('a 257th is refused, and gets in when another leaves', () => {
    const claimed = Array.from({ length: 256 }, () => claim(routes));
    expect(claim(routes)).toBeUndefined();
    const leaving = claimed[100];
    if (leaving) routes.release(leaving);
    expect(claim(routes)?.lane).toBe(100);
  });

  test('the identifier 0, which no datagram socket gets, is the last to be given out', () => {
    const zero = new RoutingTable(0, () => Math.floor(Math.random() * 2 ** 32));
    const rids = Array.from({ length: 256 }, () => ridOf(claim(zero)));
    expect([rids[0], rids[254], rids[255]]).toEqual([1, 255, 0]);
  });

  test('an identifier that another program has is left, by every destination, from its next probe on', () => {
    const [first, second, other] = [claim(routes), claim(routes), claim(routes, '192.0.2.1')];
    expect([first, second, other].map(ridOf)).toEqual([0x700, 0x701, 0x700]);
    first?.identifiers.avoid(0x700);
    expect([first, second, other].map(ridOf)).toEqual([0x702, 0x701, 0x701]);
    if (first) routes.release(first);
    expect([claim(routes), claim(routes)].map(ridOf)).toEqual([0x702, 0x703]);
  });

  test('those that other programs have are given out again when there are no others', () => {
    const claimed = Array.from({ length: 256 }, () => claim(routes));
    claimed[9]?.identifiers.avoid(0x709);
    expect(ridOf(claimed[9])).toBe(0x709);
    for (const route of claimed) route?.identifiers.avoid(ridOf(route) ?? -1);
    if (claimed[9]) routes.release(claimed[9]);
    expect(ridOf(claim(routes))).toBe(0x709);
  });

  test('destinations with different addresses share lanes', () => {
    expect(claim(routes, '192.0.2.1')?.lane).toBe(claim(routes, '192.0.2.2')?.lane);
  });
});

const codes = (type: number, last: number, outcome = 'unreachable') =>
  Array.from({ length: last + 1 }, (_, code) => [type, code, outcome] as const);

/** Type, code and outcome of each: https://www.iana.org/assignments/icmp-parameters, icmpv6-parameters. */
const ERRORS = {
  4: [...codes(3, 15), [11, 0, 'ttl_exceeded'], [11, 1, 'unreachable'], ...codes(12, 2)],
  6: [...codes(1, 8), ...codes(2, 0), [3, 0, 'ttl_exceeded'], [3, 1, 'unreachable'], ...codes(4, 10)],
} as const;

describe.each(ALL_PROTOCOLS.map((each) => [each.protocol, each] as const))('protocol %i', (_, changed) => {
  test('a probe is found by its answer, and no other one', () => {
    const probes = Array.from({ length: 20 }, (_, n) => inFlight.send(n % 4, changed));
    for (const probe of probes) expect(find(answerTo(probe))).toBe(probe);
  });

  test('identifiers carry the sourceid', () => {
    const { rid } = inFlight.send(1, changed);
    if ((changed.protocol ?? 0) % 3 === 0) expect(rid >> 8).toBe(7);
    else expect([rid >> 14, (rid >> 6) & 0xff]).toEqual([1, 7]);
  });

  test.each([
    ['whole', {}],
    ['cut to 8 bytes', { quoted: 8 }],
    ['cut to 8 bytes and filled up with zeros', { quoted: 8, padding: 100 }],
    ['cut in the middle', { quoted: 13 }],
  ])('a probe is found by an error that quotes it %s', (_, failure) => {
    const probes = Array.from({ length: 8 }, (_, n) => inFlight.send(n % 2, changed));
    for (const probe of probes) expect(find(errorAbout(onTheWire(probe), failure))).toBe(probe);
  });

  test('every kind of error is credited, cut short or not, and says what it is', () => {
    const kinds = (changed.protocol ?? 0) <= 3 ? ERRORS[4] : ERRORS[6];
    for (const [type, code, outcome] of kinds)
      for (const quoted of [8, undefined]) {
        const probe = inFlight.send(1, changed);
        const packet = errorAbout(onTheWire(probe), { type, code, quoted });
        const answer = decode(packet);
        expect(answer && inFlight.routes.find(answer), `${type}/${code}`).toBe(probe);
        expect(answer && resultOf(probe, answer, 0n, null), `${type}/${code}`).toMatchObject({
          outcome,
          icmptype: type,
          rcode: code,
          rtype: probe.settings.family === 4 ? 1 : 58,
          address: packet.address,
          rid: probe.rid,
          rseq: probe.rseq,
          datamatch: null,
        });
      }
  });

  test('options and extension headers may stand before what is quoted', () => {
    const probe = inFlight.send(1, changed);
    const protocol = probe.route.protocol;
    const extensions = { first: 0, bytes: [43, 0, 1, 4, 0, 0, 0, 0, protocol, 0, 0, 0, 0, 0, 0, 0] };
    const packet = onTheWire(probe, { options: [1, 1, 1, 1, 7, 4, 4, 0], extensions });
    expect(find(errorAbout(packet, { quoted: 24 }))).toBe(probe);
    expect(find(errorAbout(packet))).toBe(probe);
  });

  test('a NAT that gave the probe another identifier and address, and left them in the quote, hides nothing', () => {
    const probe = inFlight.send(1, changed);
    const source = probe.settings.family === 4 ? '203.0.113.99' : '2001:db8:99::1';
    const packet = onTheWire(probe, { source, rid: 0x1234 });
    expect(find(errorAbout(packet, { quoted: 8 }))).toBe(probe);
    expect(find(errorAbout(packet))).toBe(probe);
  });

  test('nor does one that left the checksum behind', () => {
    const probe = inFlight.send(1, changed);
    const packet = onTheWire(probe);
    const header = probe.settings.family === 4 ? 20 : 40;
    packet.writeUInt16BE(0x1234, header + (probe.route.port === null ? 4 : 0));
    expect(find(errorAbout(packet, { quoted: 8 }))).toBe(probe);
  });

  test('an error is nobody’s when it quotes another port, sequence or checksum', () => {
    const probe = inFlight.send(1, changed);
    const header = probe.settings.family === 4 ? 20 : 40;
    // ICMP: checksum, sequence. TCP: port, sequence number. UDP: port, checksum.
    const fields = { 1: [2, 6], 6: [2, 6], 17: [2, 6], 58: [2, 6] }[probe.route.protocol] ?? [];
    for (const field of fields) {
      const packet = onTheWire(probe);
      packet[header + field] = (packet[header + field] as number) ^ 0x40;
      expect(find(errorAbout(packet, { quoted: 8 }))).toBeUndefined();
    }
  });

  test('answers to what was long forgotten are nobody’s', () => {
    const probe = inFlight.send(1, changed);
    const last = probe.deadline + LATE_WINDOW;
    expect(find(answerTo(probe, { receivedAt: last }))).toBe(probe);
    expect(find(answerTo(probe, { receivedAt: last + 0.1 }))).toBeUndefined();
    expect(find(errorAbout(onTheWire(probe), { receivedAt: last + 0.1 }))).toBeUndefined();
  });

  test('answers to who has left are nobody’s', () => {
    const probe = inFlight.send(1, changed);
    inFlight.routes.release(probe.route);
    expect(find(answerTo(probe))).toBeUndefined();
    expect(find(errorAbout(onTheWire(probe), { quoted: 8 }))).toBeUndefined();
  });
});

describe('of TCP', () => {
  const tcp = { protocol: 2 as const, port: 443 };

  test('a reset is an answer, whatever address it comes from', () => {
    const probe = inFlight.send(1, tcp);
    expect(find(answerTo(probe, { flags: RST_ACK, from: '203.0.113.5' }))).toBe(probe);
  });

  test('an answer has to acknowledge the SYN, from the right port to the right port', () => {
    const probe = inFlight.send(1, tcp);
    for (const wrong of [{ acknowledged: probe.nonce }, { port: 80 }, { rid: probe.rid + 1 }])
      expect(find(answerTo(probe, wrong))).toBeUndefined();
  });

  test('an answer may acknowledge the data of the SYN, or not, and nothing in between', () => {
    const probe = inFlight.send(1, { ...tcp, data: Buffer.from('12345') });
    expect(find(answerTo(probe, { acknowledged: probe.nonce + 6 }))).toBe(probe);
    expect(find(answerTo(probe, { acknowledged: probe.nonce + 1 }))).toBe(probe);
    expect(find(answerTo(probe, { acknowledged: probe.nonce + 3 }))).toBeUndefined();
  });

  test('sequence numbers wrap', () => {
    const probes = Array.from({ length: 4 }, (_, n) => inFlight.send(n, tcp));
    for (const probe of probes) expect(find(answerTo(probe, { acknowledged: probe.nonce + 1 }))).toBe(probe);
    const routes = new RoutingTable(7, () => 0xffff_ffff);
    const flight = new Flight();
    const own = settings(tcp);
    const route = routes.claim(flight, own, TARGET[4], TARGET[4]);
    if (!route) throw new Error('no route');
    const [first, second] = [
      flight.make(own, route, 0xffff_ffff, 0),
      flight.make(own, route, 0xffff_ffff, 0),
    ];
    for (const probe of [first, second]) flight.advance(probe, 'pending');
    expect([first.nonce, second.nonce]).toEqual([0xffff_ffff, 0]);
    for (const probe of [first, second]) {
      const answer = decode(answerTo(probe));
      expect(answer && routes.find(answer)).toBe(probe);
    }
  });

  test('a port is used again after 64 probes, and an answer to the former use is still known for what it is', () => {
    const first = inFlight.send(1, { ...tcp, timeout: 10 }, 0);
    const answer = answerTo(first, { receivedAt: 5 });
    const probes = Array.from({ length: 63 }, () => inFlight.send(1, {}, 1));
    expect(new Set([first, ...probes].map(({ rid }) => rid)).size).toBe(64);
    expect(first.route.identifiers.free).toBe(false);
    expect(() => inFlight.send(1, {}, 2)).toThrow('in flight');
    expect(find(answer)).toBe(first);
    for (const probe of [first, ...probes]) inFlight.expire(1, probe);
    const again = inFlight.send(1, {}, 20);
    expect(again.rid).toBe(first.rid);
    expect(find(answer)).toBe(first);
    expect(find(answerTo(again, { receivedAt: 21 }))).toBe(again);
  });

  test('a port that another program has is passed over, until there is no other', () => {
    const { rid, route } = inFlight.send(1, tcp);
    const first = rid & ~63;
    const ports = Array.from({ length: 64 }, (_, n) => first + n).filter((port) => port !== rid);
    const [kept] = ports;
    for (const port of ports.slice(1)) route.identifiers.avoid(port);
    expect(inFlight.send(1, tcp).rid).toBe(kept);
    expect(route.identifiers.free).toBe(false);
    for (const port of [rid, kept as number]) route.identifiers.avoid(port);
    expect(ports).toContain(inFlight.send(1, tcp).rid);
  });
});

describe('of UDP', () => {
  const udp = { protocol: 1 as const, port: 53 };

  test('an answer has to come from the address and port that were asked', () => {
    const probe = inFlight.send(1, udp);
    expect(find(answerTo(probe, { data: 'anything' }))).toBe(probe);
    for (const wrong of [{ from: '203.0.113.5' }, { port: 54 }, { rid: probe.rid + 1 }])
      expect(find(answerTo(probe, wrong))).toBeUndefined();
  });

  test('no probe comes from the port that it goes to, where it would be taken for its own answer', () => {
    const port = inFlight.send(1, udp).rid + 2;
    const probes = Array.from({ length: 63 }, () => inFlight.send(2, { ...udp, port }));
    expect(probes.map(({ rid }) => rid)).not.toContain(port);
    expect(probes[0]?.route.identifiers.free).toBe(false);
  });

  test('destinations on one port of one host take turns with the ports', () => {
    const probes = Array.from({ length: 64 }, (_, n) => inFlight.send(n % 5, udp));
    expect(new Set(probes.map(({ rid }) => rid)).size).toBe(64);
    for (const probe of probes) expect(find(answerTo(probe))).toBe(probe);
  });

  test('where the source port is not to be told, an error is credited only if it can be but one', () => {
    const [first] = [inFlight.send(1, udp), inFlight.send(2, { ...udp, port: 54 })];
    const source = '203.0.113.99';
    expect(find(errorAbout(onTheWire(first, { source, rid: 99 }), { quoted: 8 }))).toBe(first);
    inFlight.send(1, udp);
    expect(find(errorAbout(onTheWire(first, { source, rid: 99 }), { quoted: 8 }))).toBeUndefined();
  });

  test('an answer from a port that is probed no more is nobody’s, even where its probe has been used again', () => {
    const flight = new Flight();
    const claim = (port: number) => {
      const own = settings({ ...udp, port, timeout: 100 });
      const route = inFlight.routes.claim(flight, own, TARGET[4], TARGET[4]);
      if (!route) throw new Error('no route');
      return (at: number): Probe => {
        const probe = flight.make(own, route, 0, at);
        probe.sentAt = at;
        flight.advance(probe, 'pending');
        return probe;
      };
    };
    const former = claim(53);
    const answers = Array.from({ length: 8 }, (_, n) => {
      const probe = former(n);
      const answer = answerTo(probe, { receivedAt: LATE_WINDOW + 200 });
      flight.advance(probe, 'expired');
      return answer;
    });
    const current = claim(54);
    const probes = Array.from({ length: 8 }, (_, n) => current(LATE_WINDOW + 150 + n));
    for (const answer of answers) expect(find(answer)).toBeUndefined();
    for (const probe of probes) expect(find(answerTo(probe))).toBe(probe);
  });

  test('data damaged on its way back is known for what it was by the checksum', () => {
    const probe = inFlight.send(1, udp);
    const damaged = answerTo(probe);
    damaged.bytes[30] = (damaged.bytes[30] as number) ^ 1;
    expect(decode(damaged)).toMatchObject({ intact: false });
    expect(find(damaged)).toBe(probe);
    const elsewhere = answerTo(probe);
    elsewhere.bytes[20 + 3] = (elsewhere.bytes[20 + 3] as number) ^ 1;
    expect(find(elsewhere)).toBeUndefined();
  });
});

test('the same port of the same host by TCP and by UDP are two things', () => {
  // All source ports are in use by both.
  for (let count = 0; count < 64; count++)
    for (const protocol of [1, 2] as const) {
      const probe = inFlight.send(protocol, { protocol, port: 53 });
      expect(find(answerTo(probe))).toBe(probe);
      expect(find(errorAbout(onTheWire(probe)))).toBe(probe);
    }
});

test('source ports do not begin where those of another process may have', () => {
  const starts = Array.from({ length: 20 }, (_, n) => inFlight.send(n, { protocol: 1, port: n + 1 }).rid);
  expect(new Set(starts).size).toBeGreaterThan(5);
});
