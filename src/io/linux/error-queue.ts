import { icmpProtocol } from '../packet/icmp.ts';
import type { Family, ReceivedPacket } from '../transport.ts';
import type { EchoSocket } from './echo-socket.ts';
import { MessageVector, SOCKADDR } from './message-vector.ts';
import { domainOf } from './socket-address.ts';
import {
  IP_RECVERR,
  IP_TTL,
  IPV6_HOPLIMIT,
  IPV6_PKTINFO,
  IPV6_RECVERR,
  MSG_DONTWAIT,
  MSG_ERRQUEUE,
  SO_EE_ORIGIN_ICMP,
  SO_EE_ORIGIN_ICMP6,
  SO_EE_ORIGIN_TIMESTAMPING,
  SO_TIMESTAMPING,
  SOL_IP,
  SOL_IPV6,
  SOL_SOCKET,
} from './socket-options.ts';
import type { LinuxTools } from './tools.ts';

const BATCH = 64;

/** So many batches are read before something else has its turn. */
const MOST_BATCHES = 16;

/** Of what an error quotes, the ICMP header and the nonce are enough; bytes. */
const ROOM = 64;
const CONTROL = 256;

/** struct sock_extended_err of <linux/errqueue.h>; behind it is the offender's struct sockaddr. */
const ORIGIN = 4;
const TYPE = 5;
const CODE = 6;
const DATA = 12;
const OFFENDER = 16;

/** Of a quoted packet, where the source and the destination address go; bytes. */
const LENGTH = { 4: 4, 6: 16 } as const;
/** Where struct sockaddr_in and struct sockaddr_in6 have theirs. */
const IN_NAME = { 4: 4, 6: 8 } as const;

export interface ErrorQueueHandlers {
  /** The packet with this number of the kernel's left at this moment, ms. */
  stamped(number: number, at: number): void;
  reported(packet: ReceivedPacket): void;
}

/** What one message says. */
interface Message {
  at: number;
  ttl: number | null;
  origin: number;
  type: number;
  code: number;
  number: number;
  offender: string | undefined;
  /** Source and destination of the quoted packet. */
  addresses: Buffer;
}

/** Reads the error queues of sockets: ICMP errors, and the times at which packets left. */
export class ErrorQueue {
  readonly #tools: LinuxTools;
  readonly #vector: MessageVector;

  constructor(tools: LinuxTools) {
    this.#tools = tools;
    this.#vector = new MessageVector(tools.libc, { messages: BATCH, payload: ROOM, control: CONTROL });
    this.#vector.prepare(BATCH);
  }

  read(socket: EchoSocket, handlers: ErrorQueueHandlers): void {
    const { libc, clock, time } = this.#tools;
    for (let batch = 0; batch < MOST_BATCHES; batch++) {
      const count = libc.recvmmsg(socket.fd, this.#vector.address, BATCH, MSG_ERRQUEUE | MSG_DONTWAIT, 0n);
      const now = clock.now();
      const usable = count > 0 && time.compare();
      for (let n = 0; n < count; n++) this.#take(socket, n, usable ? now : Number.NaN, handlers);
      if (count > 0) this.#vector.prepare(count);
      if (count === BATCH) continue;
      socket.errorsEmptyAt = now;
      return;
    }
  }

  /** `now`: NaN where stamps are of no use. */
  #take(socket: EchoSocket, n: number, now: number, { stamped, reported }: ErrorQueueHandlers): void {
    const { family } = socket;
    const { at, ttl, origin, type, code, number, offender, addresses } = this.#message(family, n);
    const isUsable = at <= now && at >= socket.errorsEmptyAt - SLACK;
    if (origin === SO_EE_ORIGIN_TIMESTAMPING) {
      if (isUsable) stamped(number, at);
    } else if (origin === (family === 4 ? SO_EE_ORIGIN_ICMP : SO_EE_ORIGIN_ICMP6) && offender !== undefined)
      reported({
        family,
        protocol: icmpProtocol(family),
        address: offender,
        receivedAt: isUsable ? at : this.#tools.clock.now(),
        ttl,
        bare: true,
        error: { icmptype: type, rcode: code, addresses },
        bytes: Buffer.from(this.#vector.received(n)),
      });
  }

  #message(family: Family, n: number): Message {
    const length = LENGTH[family];
    const addresses = Buffer.alloc(2 * length);
    this.#vector.names.copy(
      addresses,
      length,
      SOCKADDR * n + IN_NAME[family],
      SOCKADDR * n + IN_NAME[family] + length,
    );
    const message: Message = {
      at: Number.NaN,
      ttl: null,
      origin: 0,
      type: 0,
      code: 0,
      number: 0,
      offender: undefined,
      addresses,
    };
    this.#vector.eachControl(n, (level, type, view, start) => {
      if (level === SOL_SOCKET && type === SO_TIMESTAMPING) message.at = this.#tools.time.atView(view, start);
      else if ((level === SOL_IP && type === IP_RECVERR) || (level === SOL_IPV6 && type === IPV6_RECVERR)) {
        message.origin = view.getUint8(start + ORIGIN);
        message.type = view.getUint8(start + TYPE);
        message.code = view.getUint8(start + CODE);
        message.number = view.getUint32(start + DATA, MessageVector.LITTLE);
        message.offender = this.#offender(family, view, start + OFFENDER);
      } else if ((level === SOL_IP && type === IP_TTL) || (level === SOL_IPV6 && type === IPV6_HOPLIMIT))
        message.ttl = view.getInt32(start, MessageVector.LITTLE);
      else if (level === SOL_IPV6 && type === IPV6_PKTINFO)
        for (let byte = 0; byte < length; byte++) addresses[byte] = view.getUint8(start + byte);
    });
    return message;
  }

  /** undefined where nobody is named, as of stamps. */
  #offender(family: Family, view: DataView, start: number): string | undefined {
    if (view.getUint16(start, MessageVector.LITTLE) !== domainOf(family)) return undefined;
    const bytes = Buffer.from(view.buffer, view.byteOffset + start, IN_NAME[family] + LENGTH[family]);
    return this.#tools.addresses.decode(family, bytes, 0);
  }
}

/** What was stamped before the queue was found empty may be put into it after; ms. */
const SLACK = 1;
