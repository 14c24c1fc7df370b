import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Reassembly } from '../../src/netsim/reassembly.ts';
import { decodePacket, encodePacket, type Packet } from '../../src/network/packet.ts';
import { SECOND } from '../../src/network/scheduler.ts';

const PACKET = {
  4: { family: 4, source: '192.0.2.1', destination: '198.51.100.1', whole: false },
  6: { family: 6, source: '2001:db8::1', destination: '2001:db8:1::1', whole: true },
} as const;

const packetOf = (family: 4 | 6, payload: Buffer): Packet => ({
  ...PACKET[family],
  protocol: 17,
  ttl: 9,
  payload,
  origin: 1,
});

/** The fragments of a packet, cut at these multiples of 8 bytes. */
function fragmentsOf(packet: Packet, cuts: number[], id = 7): Buffer[] {
  const { family, payload } = packet;
  const places = [...new Set(cuts.map((cut) => cut * 8))].filter((at) => at > 0 && at < payload.length);
  const starts = [0, ...places.sort((a, b) => a - b)];
  return starts.map((at, index) => {
    const end = starts[index + 1] ?? payload.length;
    const part = payload.subarray(at, end);
    const more = end < payload.length;
    if (family === 4) {
      const bytes = encodePacket({ ...packet, payload: part });
      bytes.writeUInt16BE(id, 4);
      bytes.writeUInt16BE((at / 8) | (more ? 0x2000 : 0), 6);
      return bytes;
    }
    const header = Buffer.alloc(8);
    header[0] = packet.protocol;
    header.writeUInt16BE(at | (more ? 1 : 0), 2);
    header.writeUInt32BE(id, 4);
    return encodePacket({ ...packet, protocol: 44, payload: Buffer.concat([header, part]) });
  });
}

describe.each([4, 6] as const)('of IPv%i', (family) => {
  test('a whole packet is itself', () => {
    const bytes = encodePacket(packetOf(family, Buffer.from('hello')));
    expect(new Reassembly().take(bytes, 0)).toEqual({ bytes, fragmented: false });
  });

  test('fragments in any order, with copies among them, are the packet', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 17, maxLength: 3000 }),
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 6 }),
        fc.infiniteStream(fc.nat()),
        (data, cuts, random) => {
          const packet = packetOf(family, Buffer.from(data));
          const fragments = fragmentsOf(packet, [1, ...cuts]);
          const order = fragments.map((bytes) => ({ bytes, place: random.next().value as number }));
          order.sort((a, b) => a.place - b.place);
          const reassembly = new Reassembly();
          const first = order.slice(0, -1).map(({ bytes }) => bytes);
          for (const bytes of [...first, ...first]) expect(reassembly.take(bytes, 0)).toBeUndefined();
          const whole = reassembly.take(order.at(-1)?.bytes as Buffer, 0);
          expect(whole?.fragmented).toBe(true);
          expect(decodePacket(whole?.bytes as Buffer, 1)).toEqual(packet);
        },
      ),
    );
  });

  test('those of different packets are not mixed up', () => {
    const [one, two] = ['a', 'b'].map((letter) => packetOf(family, Buffer.alloc(100, letter)));
    const first = fragmentsOf(one as Packet, [5], 1);
    const second = fragmentsOf(two as Packet, [5], 2);
    const reassembly = new Reassembly();
    expect(reassembly.take(first[0] as Buffer, 0)).toBeUndefined();
    expect(reassembly.take(second[1] as Buffer, 0)).toBeUndefined();
    expect(decodePacket(reassembly.take(first[1] as Buffer, 0)?.bytes as Buffer, 1)).toEqual(one);
    expect(decodePacket(reassembly.take(second[0] as Buffer, 0)?.bytes as Buffer, 1)).toEqual(two);
  });

  test('what overlaps is never a packet, nor what has waited too long', () => {
    const packet = packetOf(family, Buffer.alloc(100, 'x'));
    const [start, end] = fragmentsOf(packet, [5]) as [Buffer, Buffer];
    const [, other] = fragmentsOf(packet, [4]) as [Buffer, Buffer];
    const overlapping = new Reassembly();
    expect(overlapping.take(start, 0)).toBeUndefined();
    expect(overlapping.take(other, 0)).toBeUndefined();
    const late = new Reassembly();
    expect(late.take(start, 0)).toBeUndefined();
    expect(late.take(end, 31 * SECOND)).toBeUndefined();
  });
});

test('garbage does no harm', () => {
  const reassembly = new Reassembly();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.constantFrom(0x45, 0x4f, 0x60), (data, first) => {
      const bytes = Buffer.from([first, ...data]);
      const whole = reassembly.take(bytes, 0);
      if (whole) decodePacket(whole.bytes, 1);
    }),
  );
});
