import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { loadLibc } from '../../src/io/libc.ts';
import { until } from './command.ts';

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_NONBLOCK = 0o4000;

/** What a service manager has: a unix datagram socket, in a folder that goes when the test ends, or an abstract one. */
export class NotifyListener {
  readonly path: string;
  readonly #libc = loadLibc();
  readonly #fd: number;
  readonly #heard: string[] = [];

  constructor(path = join(folder(), 'notify')) {
    this.path = path;
    const name = Buffer.from(path.replace(/^@/, '\0'));
    const address = Buffer.concat([Buffer.from(Uint16Array.of(AF_UNIX).buffer), name]);
    this.#fd = this.#libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    if (this.#libc.bind(this.#fd, address, address.length) < 0) throw new Error(this.#libc.errno());
    onTestFinished(() => void this.#libc.close(this.#fd));
  }

  /** All messages so far. */
  heard(): readonly string[] {
    const buffer = Buffer.alloc(4096);
    for (;;) {
      const size = this.#libc.read(this.#fd, buffer, buffer.length);
      if (size < 0) return this.#heard;
      this.#heard.push(buffer.toString('utf8', 0, size));
    }
  }

  /** Resolves once a message matches. */
  async until(pattern: RegExp, timeout?: number): Promise<void> {
    const what = () => `${pattern} in ${JSON.stringify(this.heard())}`;
    await until(() => this.heard().some((message) => pattern.test(message)), timeout, what);
  }
}

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'pinger-notify-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}
