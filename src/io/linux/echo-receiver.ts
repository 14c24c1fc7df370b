import { icmpProtocol } from '../packet/icmp.ts';
import type { ReceivedPacket } from '../transport.ts';
import { lastError } from './descriptor.ts';
import type { EchoSocket } from './echo-socket.ts';
import { MessageVector, SOCKADDR } from './message-vector.ts';
import {
  IP_TTL,
  IPV6_HOPLIMIT,
  MSG_DONTWAIT,
  SO_TIMESTAMPING,
  SOL_IP,
  SOL_IPV6,
  SOL_SOCKET,
} from './socket-options.ts';
import type { LinuxTools } from './tools.ts';

const BATCH = 64;

/** So many batches are read at most before something else has its turn: more than the receive buffer takes. */
const MOST_BATCHES = 2048;

/** The longest IP packet, bytes. What is not used of so much costs no memory. */
const ROOM = 65_536;

const CONTROL = 256;

/** What only a socket that is none any more fails with. All else is an ICMP error, and the error queue says more of it. */
const BROKEN: readonly string[] = ['EBADF', 'ENOTSOCK', 'EINVAL', 'EFAULT'];

/** Reads batches of echo replies from datagram sockets, each with the time at which it came. */
export class EchoReceiver {
  readonly #tools: LinuxTools;
  readonly #vector: MessageVector;

  constructor(tools: LinuxTools) {
    this.#tools = tools;
    this.#vector = new MessageVector(tools.libc, { messages: BATCH, payload: ROOM, control: CONTROL });
    this.#vector.prepare(BATCH);
  }

  /** Everything that has come by now, so that who is held up does not fall behind for ever. Throws TransportError where the socket is broken. */
  read(socket: EchoSocket): ReceivedPacket[] {
    const { libc, clock, time } = this.#tools;
    const packets: ReceivedPacket[] = [];
    const begunAt = clock.now();
    for (let batch = 0; batch < MOST_BATCHES; batch++) {
      const count = libc.recvmmsg(socket.fd, this.#vector.address, BATCH, MSG_DONTWAIT, 0n);
      const now = clock.now();
      if (count < 0) {
        const error = lastError(libc);
        if (BROKEN.includes(error.code)) throw error;
        if (error.code !== 'EAGAIN') continue;
      } else {
        const usable = time.compare();
        for (let n = 0; n < count; n++) packets.push(this.#packet(socket, n, now, usable));
        this.#vector.prepare(count);
        if (count === BATCH) {
          if ((packets.at(-1) as ReceivedPacket).receivedAt > begunAt) break;
          continue;
        }
      }
      socket.emptyAt = now;
      break;
    }
    return packets;
  }

  #packet({ family, emptyAt }: EchoSocket, n: number, now: number, usable: boolean): ReceivedPacket {
    const vector = this.#vector;
    let receivedAt: number | undefined;
    let ttl: number | null = null;
    vector.eachControl(n, (level, type, view, start) => {
      if (level === SOL_SOCKET && type === SO_TIMESTAMPING && usable) {
        const at = this.#tools.time.atView(view, start);
        // A stamp from before a step of the clock is of no use.
        if (at <= now && at >= emptyAt - SLACK) receivedAt = at;
      } else if ((level === SOL_IP && type === IP_TTL) || (level === SOL_IPV6 && type === IPV6_HOPLIMIT))
        ttl = view.getInt32(start, MessageVector.LITTLE);
    });
    return {
      family,
      protocol: icmpProtocol(family),
      address: this.#tools.addresses.decode(family, vector.names, SOCKADDR * n),
      receivedAt: receivedAt ?? now,
      ttl,
      ...(receivedAt === undefined ? { untimed: true as const } : {}),
      bare: true,
      bytes: Buffer.from(vector.received(n)),
    };
  }
}

/** What was stamped before the socket was found empty may be put into it after; ms. */
const SLACK = 1;
