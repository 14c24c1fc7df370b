import raw, { type Socket } from 'raw-socket';
import { checksum } from '../../src/io/packet/checksum.ts';
import type { Family } from '../../src/io/transport.ts';
import { ADDRESSES, type Behaviour } from './network.ts';
import { icmp, ipv6Header } from './packets.ts';

/** A host that answers echo requests in the ways that kernels do not. Runs in a namespace of a test's own. */
const {
  delay = 0,
  every = 1,
  copies = 1,
  corrupt,
  forge,
  reject,
} = JSON.parse(process.argv[2] ?? '{}') as Behaviour;

const REPLY = { 4: { request: 8, reply: 0 }, 6: { request: 128, reply: 129 } } as const;

/** raw-socket closes a socket that nothing refers to. */
const sockets: Socket[] = [];

function serve(family: Family): void {
  const socket = raw.createSocket({
    protocol: family === 4 ? 1 : 58,
    addressFamily: family === 4 ? 1 : 2,
    bufferSize: 65_535,
  });
  sockets.push(socket);
  socket.on('message', (packet: Buffer, from: string) => {
    const start = family === 4 ? ((packet[0] as number) & 0xf) * 4 : 0;
    if (packet[start] !== REPLY[family].request) return;
    if (reject) {
      const header =
        family === 4 ? packet.subarray(0, start) : ipv6Header(from, ADDRESSES.target[6], packet.length);
      const quote = Buffer.concat([header, packet.subarray(start, start + 8)]);
      const [type, code] = family === 4 ? [3, 1] : [1, 3];
      return send(family, from, icmp(family, type as number, code as number, 0, quote));
    }
    const reply = Buffer.from(packet.subarray(start));
    reply[0] = REPLY[family].reply;
    const rseq = reply.readUInt16BE(6);

    const forged = Buffer.from(reply);
    forged.fill(0xee, 8, 16);
    if (forge) send(family, from, forged);
    if (corrupt === 'data') reply[20] = (reply[20] as number) ^ 0x40;
    seal(family, reply);
    if (corrupt === 'checksum') reply[20] = (reply[20] as number) ^ 0x40;
    const answer = () => {
      for (let copy = 0; copy < copies; copy++)
        socket.send(
          reply,
          0,
          reply.length,
          from,
          () => {},
          () => {},
        );
    };
    if (delay > 0 && rseq % every === 0) setTimeout(answer, delay);
    else answer();
  });

  function send(of: Family, to: string, bytes: Buffer): void {
    seal(of, bytes);
    socket.send(
      bytes,
      0,
      bytes.length,
      to,
      () => {},
      () => {},
    );
  }
}

/** Makes the ICMP checksum right; ICMPv6's is the kernel's. */
function seal(family: Family, bytes: Buffer): void {
  if (family === 6) return;
  bytes.writeUInt16BE(0, 2);
  bytes.writeUInt16BE(checksum(bytes), 2);
}

serve(4);
serve(6);
process.stdout.write('ready\n');
