import { writeChecksum } from '../io/packet/checksum.ts';
import { ICMP, ICMP6 } from '../io/packet/ip.ts';
import { ECHO_REQUEST } from '../io/packet/quote.ts';
import { decodePacket, encodePacket, type Packet, pseudoAddresses } from '../network/packet.ts';
import { SECOND } from '../network/scheduler.ts';
import type { Scenario } from '../scenario/schema.ts';
import { World } from '../simulation/world.ts';
import { familyOf, firstHost, type Reach } from './reach.ts';
import { RealTimeScheduler } from './real-time-scheduler.ts';

/** As many packets as it takes until Node has compiled what they meet, as *measured*. */
const PACKETS = 1000;

/** Sends packets through a network just like this one: the first of the real ones would be late by a millisecond. */
export function warmUp(scenario: Scenario, { addresses, prefixes }: Reach): void {
  let now = 0;
  const scheduler = new RealTimeScheduler(() => now);
  const { network } = new World(scenario, scheduler, (packet) => void encodePacket(packet));
  const requests = prefixes.map(({ prefix }) =>
    encodePacket(echoRequest(addresses[familyOf(prefix)] as string, firstHost(prefix))),
  );
  for (let sent = 0; requests.length > 0 && sent < PACKETS; sent++) {
    const packet = decodePacket(Buffer.from(requests[sent % requests.length] as Buffer), sent);
    if (packet) scheduler.advance(() => network.send(packet));
    now += SECOND;
    scheduler.advance();
  }
}

function echoRequest(source: string, destination: string): Packet {
  const family = familyOf(destination);
  const payload = Buffer.alloc(64);
  payload[0] = ECHO_REQUEST[family];
  const protocol = family === 4 ? ICMP : ICMP6;
  const packet: Packet = { family, protocol, source, destination, ttl: 64, whole: true, payload, origin: 0 };
  writeChecksum(protocol, payload, pseudoAddresses(packet));
  return packet;
}
