import { createSocket, type Socket } from 'node:dgram';
import type { Clock } from './clock.ts';
import { textOf } from './errno.ts';
import { TransportError } from './transport.ts';

type Found = { source: string } | { error: TransportError };

/** About one address; everybody who asks meanwhile gets the same answer. */
interface Question {
  port: number;
  answers: ((found: Found) => void)[];
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
  /** By address; the first is being asked. */
  readonly #questions = new Map<string, Question>();
  #socket: Socket | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls back with the source address of packets to that address, at once where it is known. */
  find(address: string, port: number, answer: (found: Found) => void): void {
    const source = this.#recall(address);
    const asked = this.#questions.get(address);
    if (source !== undefined) answer({ source });
    else if (asked) asked.answers.push(answer);
    else if (this.#questions.set(address, { port, answers: [answer] }).size === 1) this.#ask();
  }

  #recall(address: string): string | undefined {
    const known = this.#known.get(address);
    return known && known.until > this.#clock.now() ? known.source : undefined;
  }

  #ask(): void {
    const [first] = this.#questions;
    if (!first) {
      this.#close();
      return;
    }
    const [address, { port }] = first;
    this.#socket ??= this.#open();
    const socket = this.#socket;
    // Typed without the error that it calls back with.
    socket.connect(port, address, (error?: NodeJS.ErrnoException) => {
      if (error) {
        this.#settle({ error: transportError(error) });
        return;
      }
      const source = socket.address().address;
      socket.disconnect();
      if (this.#known.size >= CAPACITY) this.#known.clear();
      this.#known.set(address, { source, until: this.#clock.now() + LIFETIME });
      this.#settle({ source });
    });
  }

  /** Answers the question that was asked, and asks the next. */
  #settle(found: Found): void {
    const [first] = this.#questions;
    if (!first) return;
    const [address, { answers }] = first;
    for (const answer of answers) answer(found);
    this.#questions.delete(address);
    this.#ask();
  }

  #open(): Socket {
    const socket = createSocket('udp4');
    // Without a descriptor or a port for it; it is of no use any more then.
    socket.on('error', (error) => {
      this.#close();
      this.#settle({ error: transportError(error) });
    });
    return socket;
  }

  #close(): void {
    this.#socket?.close();
    this.#socket = undefined;
  }
}

const transportError = ({ code, message }: NodeJS.ErrnoException): TransportError =>
  new TransportError(code ?? 'EUNKNOWN', textOf(code) ?? message);
