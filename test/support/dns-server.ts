import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { type DecodedPacket, decode, encode, RECURSION_AVAILABLE, type StringAnswer } from 'dns-packet';

/** RCODEs: https://www.rfc-editor.org/rfc/rfc1035#section-4.1.1 */
const RCODE = { nodata: 0, servfail: 2, nxdomain: 3, refused: 5 };

export interface DnsRecord {
  type: 'A' | 'AAAA' | 'CNAME' | 'PTR';
  data: string;
  /** Seconds; 60 by default. */
  ttl?: number;
}

/** How a name is answered: by its records of the type asked for, by an error, or not at all. */
export type DnsAnswer = readonly DnsRecord[] | keyof typeof RCODE | 'silence';

/** A name server on loopback. Names it has no answer for do not exist. */
export class DnsServer {
  /** By name, in lower case. May be changed at any time. */
  readonly answers = new Map<string, DnsAnswer>();
  /** What was asked, in order, as `A name`. */
  readonly questions: string[] = [];
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (message, from) => this.#answer(decode(message), from));
  }

  /** Listens on a free port of 127.0.0.1. */
  static async start(): Promise<DnsServer> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new DnsServer(socket);
  }

  /** Address and port, as `SystemResolver` takes them. */
  get address(): string {
    const { address, port } = this.#socket.address();
    return `${address}:${port}`;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.close(resolve));
  }

  #answer({ id, questions = [] }: DecodedPacket, { port, address }: RemoteInfo): void {
    const [question] = questions;
    if (!question) return;
    this.questions.push(`${question.type} ${question.name}`);
    const answer = this.answers.get(question.name.toLowerCase()) ?? 'nxdomain';
    if (answer === 'silence') return;
    const rcode = typeof answer === 'string' ? RCODE[answer] : RCODE.nodata;
    const answers = typeof answer === 'string' ? [] : this.#records(question.name, question.type, answer);
    const flags = RECURSION_AVAILABLE | rcode;
    this.#socket.send(encode({ type: 'response', id, flags, questions, answers }), port, address);
  }

  /** A name's records of a type, with those that its alias leads to. */
  #records(name: string, wanted: string, records: readonly DnsRecord[]): StringAnswer[] {
    return records.flatMap(({ type, data, ttl = 60 }) => {
      if (type !== wanted && type !== 'CNAME') return [];
      const record: StringAnswer = { type, name, ttl, data };
      const target = type === 'CNAME' ? this.answers.get(data) : undefined;
      return [record, ...(typeof target === 'object' ? this.#records(data, wanted, target) : [])];
    });
  }
}
