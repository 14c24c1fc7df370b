/** Where a double is taken apart and put together. */
const DOUBLE = new DataView(new ArrayBuffer(8));

/** Bytes as they are written, in an array that grows. */
export class ByteWriter {
  readonly #bytes: number[] = [];

  byte(value: number): void {
    this.#bytes.push(value & 0xff);
  }

  /** A whole number from 0 to 2^53 - 1, seven bits a byte, the lowest first (LEB128). */
  varint(value: number): void {
    let rest = value;
    while (rest > 0x7f) {
      this.#bytes.push((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes.push(rest);
  }

  /** A double, 8 bytes, little-endian. */
  double(value: number): void {
    DOUBLE.setFloat64(0, value, true);
    for (let at = 0; at < 8; at++) this.#bytes.push(DOUBLE.getUint8(at));
  }

  finish(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

/** Reads what a ByteWriter has written. Every method throws RangeError where the bytes end, or are no such value. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get ended(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new RangeError(`cut off after ${this.#bytes.length} bytes`);
    return byte;
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (value > Number.MAX_SAFE_INTEGER) throw new RangeError(`too large a number at byte ${this.#at - 1}`);
      if (byte <= 0x7f) return value;
    }
  }

  double(): number {
    for (let at = 0; at < 8; at++) DOUBLE.setUint8(at, this.byte());
    return DOUBLE.getFloat64(0, true);
  }
}
