import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync, readSync } from 'node:fs';
import { numberOf, type Path, WIRE } from './path.ts';
import { type Collected, collect, sleep } from './process.ts';

/** Ethernet, IPv4, and what an echo has before its data: bytes of each packet that are kept. */
const SNAPLEN = 14 + 20 + 8;

/** The kernel's buffer, KiB: some 10 s of what is captured here. */
const BUFFER = 131_072;

/** What has been captured reaches tcpdump within a second, and not at all once it was told to end. ms */
const HANDED_OVER = 1200;

export const ECHO_REPLY = 0;
export const ECHO_REQUEST = 8;

/** An echo request or reply as it passed the prober's interface. */
export interface Echo {
  /** By the kernel's own stamp, ns since the first second that was captured. */
  at: number;
  type: typeof ECHO_REPLY | typeof ECHO_REQUEST;
  /** The number of the address that is probed. */
  target: number;
  id: number;
  sequence: number;
}

/** The referee: a capture on the interface that a prober uses, with the kernel's own stamps. */
export class Capture {
  readonly file: string;
  readonly #child: ChildProcess;
  readonly #output: Collected;

  private constructor(path: Path, name: string, filter: string) {
    this.file = path.file(`${name}.pcap`);
    const options = ['-Z', 'root', '-B', String(BUFFER), '-s', String(SNAPLEN), '-w', this.file];
    const nano = '--time-stamp-precision=nano';
    this.#child = path.start('source', 'tcpdump', '-n', '-p', '-i', WIRE, nano, ...options, filter);
    this.#output = collect(this.#child);
  }

  /** `requests`: those alone. */
  static async start(path: Path, name: string, what: 'requests' | 'echoes'): Promise<Capture> {
    const request = `icmp[icmptype] = ${ECHO_REQUEST}`;
    const filter = what === 'requests' ? request : `${request} or icmp[icmptype] = ${ECHO_REPLY}`;
    const capture = new Capture(path, name, filter);
    await capture.#output.until('stderr', /listening on/);
    return capture;
  }

  /** Ends it, and returns how many packets it missed. */
  async stop(): Promise<number> {
    await sleep(HANDED_OVER);
    this.#child.kill('SIGINT');
    await this.#output.ended;
    const dropped = /(\d+) packets dropped by kernel/.exec(this.#output.stderr);
    if (!dropped) throw new Error(`tcpdump: ${this.#output.stderr}`);
    return Number(dropped[1]);
  }
}

const PCAP_HEADER = 24;
const RECORD_HEADER = 16;
const MAGIC_NANOSECONDS = 0xa1b23c4d;
const CHUNK = 4 * 2 ** 20;

/**
 * Reads the echoes of a capture file, in the order of capture.
 * https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcap
 */
export function* echoesOf(file: string): Generator<Echo> {
  const fd = openSync(file, 'r');
  try {
    const chunk = Buffer.alloc(CHUNK);
    let filled = readSync(fd, chunk, 0, CHUNK, null);
    if (chunk.readUInt32LE(0) !== MAGIC_NANOSECONDS) throw new Error(`${file}: no capture in nanoseconds`);
    let at = PCAP_HEADER;
    let base: number | undefined;
    for (;;) {
      while (at + RECORD_HEADER + SNAPLEN <= filled) {
        const length = chunk.readUInt32LE(at + 8);
        const ip = at + RECORD_HEADER + 14;
        const type = chunk[ip + 20];
        if (length >= SNAPLEN && (type === ECHO_REQUEST || type === ECHO_REPLY)) {
          const seconds = chunk.readUInt32LE(at);
          base ??= seconds;
          yield {
            at: (seconds - base) * 1e9 + chunk.readUInt32LE(at + 4),
            type,
            target: numberOf(chunk.readUInt16BE(ip + (type === ECHO_REQUEST ? 18 : 14))),
            id: chunk.readUInt16BE(ip + 24),
            sequence: chunk.readUInt16BE(ip + 26),
          };
        }
        at += RECORD_HEADER + length;
      }
      // What is left is the beginning of a record.
      chunk.copyWithin(0, at, filled);
      filled -= at;
      at = 0;
      const read = readSync(fd, chunk, filled, CHUNK - filled, null);
      if (read === 0) return;
      filled += read;
    }
  } finally {
    closeSync(fd);
  }
}
