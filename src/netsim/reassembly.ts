import { IPV4_HEADER, IPV6_HEADER } from '../io/packet/ip.ts';
import { SECOND } from '../network/scheduler.ts';

/** A whole packet, and whether it came in fragments. */
export interface Whole {
  bytes: Buffer;
  fragmented: boolean;
}

/** Part of a packet: `at` and `end` are where its bytes belong behind the header. */
interface Fragment {
  key: string;
  at: number;
  body: Buffer;
  last: boolean;
  /** The header of the packet that it is part of, of the first fragment. */
  header: Buffer;
}

interface Gathered {
  since: number;
  header: Buffer | undefined;
  /** How long the whole is behind the header, bytes, once its last part is there. */
  length: number | undefined;
  bytes: number;
  parts: Map<number, Buffer>;
}

/** How long the rest of a packet is waited for, ns: what Linux does. https://www.rfc-editor.org/rfc/rfc8200#section-4.5 says a minute. */
const PATIENCE = 30 * SECOND;

/** Packets that parts are kept of. The oldest go first. */
const MOST_GATHERED = 1024;

const LONGEST = 65_535;

/** https://www.rfc-editor.org/rfc/rfc8200#section-4.5 */
const FRAGMENT_HEADER = 44;
const FRAGMENT_LENGTH = 8;

/** Puts packets together again that the kernel has sent in fragments, as the host does that they are for. */
export class Reassembly {
  readonly #gathered = new Map<string, Gathered>();

  /** The whole packet that these bytes are, or are the last missing part of. `now`: ns. */
  take(bytes: Buffer, now: number): Whole | undefined {
    const fragment = fragmentOf(bytes);
    if (!fragment) return { bytes, fragmented: false };
    const { key } = fragment;
    let gathered = this.#gathered.get(key);
    if (!gathered || now - gathered.since > PATIENCE) {
      this.#gathered.delete(key);
      gathered = { since: now, header: undefined, length: undefined, bytes: 0, parts: new Map() };
      this.#gathered.set(key, gathered);
      if (this.#gathered.size > MOST_GATHERED)
        this.#gathered.delete(this.#gathered.keys().next().value as string);
    }
    add(gathered, fragment);
    const whole = wholeOf(gathered);
    if (whole) this.#gathered.delete(key);
    return whole && { bytes: whole, fragmented: true };
  }
}

function add(gathered: Gathered, { at, body, last, header }: Fragment): void {
  if (at + body.length > LONGEST || gathered.parts.has(at)) return;
  gathered.parts.set(at, body);
  gathered.bytes += body.length;
  if (at === 0) gathered.header = header;
  if (last) gathered.length = at + body.length;
}

/** Undefined while something is missing, and for good where parts overlap. */
function wholeOf({ header, length, bytes, parts }: Gathered): Buffer | undefined {
  if (!header || length === undefined || bytes !== length) return undefined;
  let end = 0;
  const ordered = [...parts].sort(([a], [b]) => a - b);
  for (const [at, { length }] of ordered) {
    if (at !== end) return undefined;
    end += length;
  }
  const whole = Buffer.concat([header, ...ordered.map(([, body]) => body)]);
  if ((header[0] as number) >> 4 === 6) whole.writeUInt16BE(length, 4);
  else whole.writeUInt16BE(whole.length & 0xffff, 2);
  return whole;
}

/** Undefined for what is no fragment. */
function fragmentOf(bytes: Buffer): Fragment | undefined {
  const version = (bytes[0] ?? 0) >> 4;
  if (version === 4) return ipv4Fragment(bytes);
  return version === 6 ? ipv6Fragment(bytes) : undefined;
}

function ipv4Fragment(bytes: Buffer): Fragment | undefined {
  const start = ((bytes[0] as number) & 0xf) * 4;
  if (start < IPV4_HEADER || bytes.length < start) return undefined;
  const field = bytes.readUInt16BE(6);
  if ((field & 0x3fff) === 0) return undefined;
  const header = Buffer.from(bytes.subarray(0, start));
  header.writeUInt16BE(0, 6);
  return {
    key: bytes.toString('latin1', 4, 6) + bytes.toString('latin1', 9, 10) + bytes.toString('latin1', 12, 20),
    at: (field & 0x1fff) * 8,
    body: bytes.subarray(start, Math.max(start, bytes.readUInt16BE(2))),
    last: (field & 0x2000) === 0,
    header,
  };
}

function ipv6Fragment(bytes: Buffer): Fragment | undefined {
  const start = IPV6_HEADER + FRAGMENT_LENGTH;
  if (bytes.length < start || bytes[6] !== FRAGMENT_HEADER) return undefined;
  const field = bytes.readUInt16BE(IPV6_HEADER + 2);
  const header = Buffer.from(bytes.subarray(0, IPV6_HEADER));
  header[6] = bytes[IPV6_HEADER] as number;
  return {
    key: bytes.toString('latin1', IPV6_HEADER + 4, start) + bytes.toString('latin1', 8, IPV6_HEADER),
    at: field & 0xfff8,
    body: bytes.subarray(start, Math.max(start, IPV6_HEADER + bytes.readUInt16BE(4))),
    last: (field & 1) === 0,
    header,
  };
}
