import { UDP } from '../io/packet/ip.ts';
import { lossOf } from './chance.ts';
import { answerOf, DEFAULT_HOST, type HostSettings } from './host.ts';
import { isIcmpError } from './icmp-error.ts';
import { type Impairments, isGilbertElliott } from './impairments.ts';
import { type Direction, Link } from './link.ts';
import type { Network, Way } from './network.ts';
import { lengthOf, type Packet } from './packet.ts';
import { Router } from './router.ts';
import { SECOND } from './scheduler.ts';

/** What a network is told to do with a packet. */
export interface Nominal {
  /** Share of such packets that no answer comes back of, or none but an error of somebody on the way, 0 to 1. */
  loss: number;
  /** How long the answer takes on average, ns; waiting in queues comes on top. */
  delay: number;
}

const NOTHING: Nominal = { loss: 1, delay: 0 };

/** What a network, as it is set now, is to do with a packet on average. */
export function nominalOf(packet: Packet, network: Network): Nominal {
  const path = network.pathTo(packet.destination);
  if (!path) return NOTHING;
  const stop = stopOn(path, packet);
  if (stop === 'lost') return NOTHING;
  const area = network.areaOf(packet.destination);
  const host: HostSettings = stop.router ? DEFAULT_HOST : hostOf(area, packet.destination);
  const answer = host.state === 'up' ? answerOf({ ...packet }, host) : undefined;
  if (!answer || (isIcmpError(answer) && !isRefusal(packet, answer))) return NOTHING;
  const back = stop.router || !area ? path.slice(0, stop.at) : area.returnPath;
  const forward = along(path.slice(0, stop.at), 'forward', lengthOf(packet));
  const backward = along(back, 'backward', lengthOf(answer));
  return {
    loss: 1 - (1 - forward.loss) * (1 - forward.corrupt) * (1 - backward.loss),
    delay: forward.delay + host.delay + backward.delay,
  };
}

/** How far a packet gets: to the host at the end of the way, or the router that it is for. */
function stopOn(path: Way, packet: Packet): { at: number; router: boolean } | 'lost' {
  let { ttl } = packet;
  for (const [at, element] of path.entries()) {
    if (!(element instanceof Router)) continue;
    if (element.has(packet.destination)) return element.outages > 0 ? 'lost' : { at, router: true };
    if (--ttl <= 0 || element.rejection !== undefined) return 'lost';
  }
  return { at: path.length, router: false };
}

const hostOf = (area: ReturnType<Network['areaOf']>, address: string): HostSettings =>
  area?.hosts.get(address) ?? area?.others ?? DEFAULT_HOST;

/** Port unreachable, from the host that was asked: https://www.rfc-editor.org/rfc/rfc792 https://www.rfc-editor.org/rfc/rfc4443#section-3.1 */
export const isRefusal = (
  { family, protocol, destination }: Pick<Packet, 'family' | 'protocol' | 'destination'>,
  { source, payload }: Packet,
): boolean => protocol === UDP && source === destination && payload[1] === (family === 4 ? 3 : 4);

interface Passage {
  loss: number;
  corrupt: number;
  delay: number;
}

function along(way: Way, direction: Direction, length: number): Passage {
  let arrives = 1;
  let intact = 1;
  let delay = 0;
  for (const element of way) {
    if (element.outages > 0) return { loss: 1, corrupt: 0, delay };
    if (!(element instanceof Link)) continue;
    const { impairments } = element[direction];
    arrives *= 1 - lossIn(impairments);
    intact *= 1 - impairments.corrupt.probability;
    delay += delayIn(impairments, length);
  }
  return { loss: 1 - arrives, corrupt: 1 - intact, delay };
}

const lossIn = ({ loss }: Impairments): number => (isGilbertElliott(loss) ? lossOf(loss) : loss.probability);

function delayIn({ delay, rate, reorder: { probability, gap } }: Impairments, length: number): number {
  const sending = rate === 0 ? 0 : (length * 8 * SECOND) / rate;
  // At most every `gap`th packet overtakes, and then with this probability.
  const overtaking = probability === 0 ? 0 : 1 / (gap - 1 + 1 / probability);
  return delay * (1 - overtaking) + sending;
}
