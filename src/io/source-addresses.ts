import { createSocket, type Socket } from 'node:dgram';
import type { Clock } from './clock.ts';
import { textOf } from './errno.ts';
import { TransportError } from './transport.ts';

type Found = { source: string } | { error: TransportError };

interface Question {
  address: string;
  port: number;
  answer: (found: Found) => void;
}

/** How long an answer holds: a host whose routes change sends from the old address no longer than this. ms */
const LIFETIME = 5000;

/** How many answers are kept at most. */
const CAPACITY = 65_536;

/**
 * Which of its IPv4 addresses this host sends from, by its routing table.
 *
 * A UDP socket that is connected has the answer, and nothing is sent for it.
 */
export class SourceAddresses {
  readonly #clock: Clock;
  readonly #known = new Map<string, { source: string; until: number }>();
  readonly #questions: Question[] = [];
  #socket: Socket | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls back with the source address of packets to that address, at once where it is known. */
  find(address: string, port: number, answer: (found: Found) => void): void {
    const source = this.#recall(address);
    if (source !== undefined) answer({ source });
    else if (this.#questions.push({ address, port, answer }) === 1) this.#ask();
  }

  #recall(address: string): string | undefined {
    const known = this.#known.get(address);
    return known && known.until > this.#clock.now() ? known.source : undefined;
  }

  #ask(): void {
    const [question] = this.#questions;
    if (!question) {
      this.#socket?.close();
      this.#socket = undefined;
      return;
    }
    const { address, port, answer } = question;
    const settle = (found: Found) => {
      this.#questions.shift();
      answer(found);
      this.#ask();
    };
    const source = this.#recall(address);
    if (source === undefined) this.#connect(address, port, settle);
    else settle({ source });
  }

  #connect(address: string, port: number, settle: (found: Found) => void): void {
    this.#socket ??= createSocket('udp4');
    const socket = this.#socket;
    // Typed without the error that it calls back with.
    const connected = (error?: NodeJS.ErrnoException) => {
      if (error) {
        const { code = 'EUNKNOWN', message } = error;
        settle({ error: new TransportError(code, textOf(code, message)) });
        return;
      }
      const source = socket.address().address;
      socket.disconnect();
      if (this.#known.size >= CAPACITY) this.#known.clear();
      this.#known.set(address, { source, until: this.#clock.now() + LIFETIME });
      settle({ source });
    };
    socket.connect(port, address, connected);
  }
}
