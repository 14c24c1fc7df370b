import { endianness } from 'node:os';
import type { Libc } from '../libc.ts';
import { AF_INET } from './socket-options.ts';

export const LITTLE = endianness() === 'LE';

// struct mmsghdr, struct iovec and struct cmsghdr of 64-bit Linux.
const MMSGHDR = 64;
const NAME = 0;
const NAME_LENGTH = 8;
const IOV = 16;
const IOV_COUNT = 24;
const CONTROL = 32;
const CONTROL_LENGTH = 40;
const FLAGS = 48;
const LENGTH = 56;
const IOVEC = 16;
const IOVEC_LENGTH = 8;
const CMSGHDR = 16;

/** struct sockaddr_in6, the longer one; and struct sockaddr_in. */
export const SOCKADDR = 28;
const SOCKADDR_IN = 16;

/** The family, and no port. */
const SOCKADDR_IN_START = LITTLE ? AF_INET : AF_INET << 16;

const MSG_TRUNC = 0x20;

/** Where the halves of a number of 64 bits lie. What is written here never needs the upper one. */
const LOW = LITTLE ? 0 : 4;
const HIGH = 4 - LOW;

/** The signed number of 64 bits at `at`, as far as a double holds it. As a BigInt it would have to be allocated. */
export const readInt64 = (view: DataView, at: number): number =>
  view.getInt32(at + HIGH, LITTLE) * 2 ** 32 + view.getUint32(at + LOW, LITTLE);

export interface VectorSizes {
  messages: number;
  /** Room for each message's bytes, and for its control messages; bytes. */
  payload: number;
  control: number;
}

const aligned = (length: number): number => (length + 7) & ~7;

/** The messages of one sendmmsg(2) or recvmmsg(2), in memory of their own that is used again and again. */
export class MessageVector {
  /** How far apart messages are in memory, bytes. */
  static readonly SIZE = MMSGHDR;
  static readonly LITTLE = LITTLE;
  readonly messages: number;
  readonly address: bigint;
  readonly payloadSize: number;
  readonly payload: Buffer;
  readonly names: Buffer;
  readonly #names: Uint32Array;
  readonly #libc: Libc;
  readonly #control: DataView;
  readonly #controlSize: number;
  readonly #headers: DataView;
  readonly #vectors: DataView;
  readonly #payloadAddress: bigint;
  /** What of the control messages has been written, by message. */
  readonly #written: Uint16Array;
  /** Whether a message has its bytes elsewhere. */
  readonly #foreign: Uint8Array;

  constructor(libc: Libc, { messages, payload, control }: VectorSizes) {
    this.#libc = libc;
    this.messages = messages;
    this.payloadSize = payload;
    this.#controlSize = control;
    const headers = Buffer.alloc(MMSGHDR * messages);
    const vectors = Buffer.alloc(IOVEC * messages);
    const controls = Buffer.alloc(control * messages);
    this.#names = new Uint32Array((SOCKADDR / 4) * messages);
    this.names = Buffer.from(this.#names.buffer);
    this.payload = Buffer.allocUnsafeSlow(payload * messages);
    this.#headers = viewOf(headers);
    this.#vectors = viewOf(vectors);
    this.#control = viewOf(controls);
    this.#written = new Uint16Array(messages);
    this.#foreign = new Uint8Array(messages).fill(1);
    this.address = libc.address(headers);
    this.#payloadAddress = libc.address(this.payload);
    const [names, iovs, controlled] = [this.names, vectors, controls].map((each) => libc.address(each)) as [
      bigint,
      bigint,
      bigint,
    ];
    for (let n = 0; n < messages; n++) {
      this.#pointer(n, NAME, names + BigInt(SOCKADDR * n));
      this.#pointer(n, IOV, iovs + BigInt(IOVEC * n));
      this.#pointer(n, IOV_COUNT, 1n);
      this.#pointer(n, CONTROL, controlled + BigInt(control * n));
      this.setPayload(n, payload);
    }
  }

  /** Message `n` has its bytes in its own room. */
  setPayload(n: number, length: number): void {
    if (this.#foreign[n] === 1) this.#setVector(n, this.#payloadAddress + BigInt(this.payloadSize * n));
    this.#foreign[n] = 0;
    this.#setLength(n, length);
  }

  /** Message `n` has its bytes elsewhere, where they have to stay until it has been sent. */
  setForeignPayload(n: number, bytes: Buffer): void {
    this.#setVector(n, this.#libc.address(bytes));
    this.#foreign[n] = 1;
    this.#setLength(n, bytes.length);
  }

  /** Message `n` goes to the address that `name` is, as SocketAddresses encodes it. */
  setName(n: number, name: number | Uint32Array): void {
    const at = (SOCKADDR / 4) * n;
    if (typeof name === 'number') {
      this.#names[at] = SOCKADDR_IN_START;
      this.#names[at + 1] = name;
      this.#headers.setUint32(MMSGHDR * n + NAME_LENGTH, SOCKADDR_IN, LITTLE);
      return;
    }
    for (let word = 0; word < name.length; word++) this.#names[at + word] = name[word] as number;
    this.#headers.setUint32(MMSGHDR * n + NAME_LENGTH, SOCKADDR, LITTLE);
  }

  /** Starts message `n` anew, without control messages. */
  clearControl(n: number): void {
    this.#written[n] = 0;
    this.#setControlLength(n, 0);
  }

  /** Adds a control message of whole numbers of 32 bits. */
  addControl(n: number, level: number, type: number, ...values: number[]): void {
    const start = this.#controlSize * n + (this.#written[n] as number);
    const length = CMSGHDR + 4 * values.length;
    this.#control.setUint32(start + LOW, length, LITTLE);
    this.#control.setUint32(start + HIGH, 0, LITTLE);
    this.#control.setInt32(start + 8, level, LITTLE);
    this.#control.setInt32(start + 12, type, LITTLE);
    values.forEach((value, index) => {
      this.#control.setInt32(start + CMSGHDR + 4 * index, value, LITTLE);
    });
    this.#written[n] = (this.#written[n] as number) + aligned(length);
    this.#setControlLength(n, this.#written[n] as number);
  }

  /** Makes the first `count` messages ready to receive. */
  prepare(count: number): void {
    for (let n = 0; n < count; n++) {
      this.#headers.setUint32(MMSGHDR * n + NAME_LENGTH, SOCKADDR, LITTLE);
      this.#setControlLength(n, this.#controlSize);
    }
  }

  /** What message `n` has brought. */
  received(n: number): Buffer {
    const start = this.payloadSize * n;
    return this.payload.subarray(start, start + this.#lengthOf(n));
  }

  #lengthOf(n: number): number {
    return this.#headers.getUint32(MMSGHDR * n + LENGTH, LITTLE);
  }

  /** What the first `count` messages have brought, in memory of its own. */
  takeReceived(count: number): Buffer[] {
    let total = 0;
    for (let n = 0; n < count; n++) total += this.#lengthOf(n);
    const copy = Buffer.allocUnsafe(total);
    const parts: Buffer[] = [];
    let at = 0;
    for (let n = 0; n < count; n++) {
      const start = this.payloadSize * n;
      const end = at + this.#lengthOf(n);
      this.payload.copy(copy, at, start, start + end - at);
      parts.push(copy.subarray(at, end));
      at = end;
    }
    return parts;
  }

  truncated(n: number): boolean {
    return (this.#headers.getInt32(MMSGHDR * n + FLAGS, LITTLE) & MSG_TRUNC) !== 0;
  }

  /** Calls back with each control message of message `n`: where its data lies in `view`. */
  eachControl(n: number, found: (level: number, type: number, view: DataView, at: number) => void): void {
    let at = this.#controlSize * n;
    const end = at + this.#headers.getUint32(MMSGHDR * n + CONTROL_LENGTH + LOW, LITTLE);
    while (at + CMSGHDR <= end) {
      const length = this.#control.getUint32(at + LOW, LITTLE);
      if (length < CMSGHDR || at + length > end) return;
      const level = this.#control.getInt32(at + 8, LITTLE);
      found(level, this.#control.getInt32(at + 12, LITTLE), this.#control, at + CMSGHDR);
      at += aligned(length);
    }
  }

  #setVector(n: number, address: bigint): void {
    this.#vectors.setBigUint64(IOVEC * n, address, LITTLE);
  }

  #setLength(n: number, length: number): void {
    this.#vectors.setUint32(IOVEC * n + IOVEC_LENGTH + LOW, length, LITTLE);
  }

  #pointer(n: number, at: number, value: bigint): void {
    this.#headers.setBigUint64(MMSGHDR * n + at, value, LITTLE);
  }

  #setControlLength(n: number, length: number): void {
    this.#headers.setUint32(MMSGHDR * n + CONTROL_LENGTH + LOW, length, LITTLE);
  }
}

const viewOf = (bytes: Buffer): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
