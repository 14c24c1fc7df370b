import { checksum, writeChecksum } from '../io/packet/checksum.ts';
import { ICMP, IPV4_HEADER, TCP, UDP } from '../io/packet/ip.ts';
import { isIcmpError } from './icmp-error.ts';
import { bytesOf, type Packet, pseudoAddresses } from './packet.ts';
import type { RandomStream } from './random.ts';

export interface NatSettings {
  /** The IPv4 address that everybody behind it has outside. */
  address: string;
  /** How long a binding is kept that nothing uses, ns. */
  timeout: number;
  /** Whether what ICMP errors quote is translated back, as it should be, or left as it was outside. */
  quotes: 'restored' | 'kept';
}

/** Who inside a port or ICMP identifier outside belongs to. */
interface Binding {
  protocol: number;
  inside: string;
  insideId: number;
  outsideId: number;
  usedAt: number;
}

/** Identifiers outside start here, and are as many. */
const FIRST_ID = 1024;
const IDS = 65_536 - FIRST_ID;

/** Where a packet has the checksum that covers it. */
const CHECKSUM_AT: Readonly<Record<number, number>> = { [ICMP]: 2, [TCP]: 16, [UDP]: 6 };

/**
 * Address and port translation as most home routers do it: one mapping for each inside address and port, whatever the
 * destination (https://www.rfc-editor.org/rfc/rfc4787#section-4.1), and nothing comes in that nobody asked for.
 */
export class Nat {
  readonly #settings: NatSettings;
  readonly #byInside = new Map<string, Binding>();
  readonly #byOutside = new Map<string, Binding>();
  #nextId: number;

  constructor(settings: NatSettings, random: RandomStream) {
    this.#settings = settings;
    this.#nextId = random.below(IDS);
  }

  /** A packet from inside, as it is outside; `now` in ns. Undefined for what cannot be translated. */
  outward(packet: Packet, now: number): Packet | undefined {
    const at = sourceIdAt(packet);
    if (packet.family === 6) return packet;
    if (at === undefined || packet.payload.length < at + 2) return undefined;
    const { address } = this.#settings;
    const binding = this.#bind(packet.protocol, packet.source, packet.payload.readUInt16BE(at), now);
    if (!binding) return undefined;
    const payload = Buffer.from(packet.payload);
    translate(payload, packet.protocol, at, binding.outsideId, packet.source, address);
    return { ...packet, source: address, payload };
  }

  /** A packet from outside, as it is inside; undefined where nobody inside has asked for it. */
  inward(packet: Packet, now: number): Packet | undefined {
    const { address, quotes } = this.#settings;
    if (packet.destination !== address) return packet;
    if (isIcmpError(packet)) return this.#errorInward(packet, now, quotes === 'restored');
    const at = destinationIdAt(packet);
    if (at === undefined || packet.payload.length < at + 2) return undefined;
    const binding = this.#find(packet.protocol, packet.payload.readUInt16BE(at), now);
    if (!binding) return undefined;
    binding.usedAt = now;
    const payload = Buffer.from(packet.payload);
    translate(payload, packet.protocol, at, binding.insideId, address, binding.inside);
    return { ...packet, destination: binding.inside, payload };
  }

  /** Keeps no binding alive: https://www.rfc-editor.org/rfc/rfc5508#section-4.3 */
  #errorInward(packet: Packet, now: number, restored: boolean): Packet | undefined {
    const quote = QUOTE + IPV4_HEADER;
    if (packet.payload.length < quote + 8) return undefined;
    const protocol = packet.payload[QUOTE + 9] as number;
    const at = quote + (protocol === ICMP ? 4 : 0);
    const binding = this.#find(protocol, packet.payload.readUInt16BE(at), now);
    if (!binding) return undefined;
    if (!restored) return { ...packet, destination: binding.inside };
    const payload = Buffer.from(packet.payload);
    const intact = checksum(payload) === 0;
    payload.set(bytesOf(binding.inside), QUOTE + 12);
    payload.writeUInt16BE(0, QUOTE + 10);
    payload.writeUInt16BE(checksum(payload, QUOTE, quote), QUOTE + 10);
    const quoted = payload.subarray(quote);
    const { address } = this.#settings;
    translate(quoted, protocol, at - quote, binding.insideId, address, binding.inside);
    const inside = { ...packet, destination: binding.inside, payload };
    if (intact) writeChecksum(ICMP, payload, pseudoAddresses(inside));
    return inside;
  }

  #bind(protocol: number, inside: string, insideId: number, now: number): Binding | undefined {
    const key = `${protocol} ${inside} ${insideId}`;
    const known = this.#byInside.get(key);
    if (known && now - known.usedAt <= this.#settings.timeout) {
      known.usedAt = now;
      return known;
    }
    const outsideId = this.#freeId(protocol, now);
    if (outsideId === undefined) return undefined;
    // Somebody else may have got its identifier since.
    const left = known && `${protocol} ${known.outsideId}`;
    if (left !== undefined && this.#byOutside.get(left) === known) this.#byOutside.delete(left);
    const binding: Binding = { protocol, inside, insideId, outsideId, usedAt: now };
    this.#byInside.set(key, binding);
    this.#byOutside.set(`${protocol} ${binding.outsideId}`, binding);
    return binding;
  }

  #find(protocol: number, outsideId: number, now: number): Binding | undefined {
    const binding = this.#byOutside.get(`${protocol} ${outsideId}`);
    return binding && now - binding.usedAt <= this.#settings.timeout ? binding : undefined;
  }

  /** Undefined where all are in use. */
  #freeId(protocol: number, now: number): number | undefined {
    for (let tried = 0; tried < IDS; tried++) {
      const id = FIRST_ID + this.#nextId;
      this.#nextId = (this.#nextId + 1) % IDS;
      const taken = this.#byOutside.get(`${protocol} ${id}`);
      if (!taken || now - taken.usedAt > this.#settings.timeout) return id;
    }
    return undefined;
  }
}

/** Where what an ICMP error quotes starts. */
const QUOTE = 8;

/** Where a packet has what tells its sender's conversations apart: the source port, or the identifier of an echo. */
function sourceIdAt({ protocol, payload }: Packet): number | undefined {
  if (protocol === TCP || protocol === UDP) return 0;
  return protocol === ICMP && payload[0] === 8 ? 4 : undefined;
}

function destinationIdAt({ protocol, payload }: Packet): number | undefined {
  if (protocol === TCP || protocol === UDP) return 2;
  return protocol === ICMP && payload[0] === 0 ? 4 : undefined;
}

/**
 * Writes another identifier, and updates the checksum by as much as that and the other address change it, so that a
 * wrong one stays wrong: https://www.rfc-editor.org/rfc/rfc1624#section-3
 */
function translate(
  payload: Buffer,
  protocol: number,
  at: number,
  id: number,
  from: string,
  to: string,
): void {
  const before = payload.readUInt16BE(at);
  payload.writeUInt16BE(id, at);
  const place = CHECKSUM_AT[protocol] as number;
  if (payload.length < place + 2) return;
  const old = payload.readUInt16BE(place);
  // To UDP zero means that there is none.
  if (protocol === UDP && old === 0) return;
  let sum = (~old & 0xffff) + (~before & 0xffff) + id;
  if (protocol !== ICMP) sum += words(to) + 0x1_fffe - words(from);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  const value = ~sum & 0xffff;
  payload.writeUInt16BE(value === 0 && protocol === UDP ? 0xffff : value, place);
}

/** The sum of the two words of an IPv4 address. */
function words(address: string): number {
  const [a = 0, b = 0, c = 0, d = 0] = bytesOf(address);
  return (a << 8) + b + (c << 8) + d;
}
