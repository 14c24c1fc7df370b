import type { ReceivedPacket } from '../transport.ts';
import type { Answer } from './answer.ts';
import { decodeIcmp } from './icmp.ts';
import { TCP, UDP } from './ip.ts';
import { decodeSegment } from './tcp.ts';
import { decodeDatagram } from './udp.ts';

/** What a packet says about a probe of ours or another's; undefined when nothing, or garbage. */
export function decode(packet: ReceivedPacket): Answer | undefined {
  const answer = decodeBody(packet);
  if (packet.untimed && answer) answer.untimed = true;
  return answer;
}

function decodeBody(packet: ReceivedPacket): Answer | undefined {
  if (packet.protocol === TCP) return decodeSegment(packet);
  if (packet.protocol === UDP) return decodeDatagram(packet);
  return decodeIcmp(packet);
}
