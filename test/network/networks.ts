import { DEFAULT_HOST } from '../../src/network/host.ts';
import { type Impairments, UNIMPAIRED } from '../../src/network/impairments.ts';
import { Link } from '../../src/network/link.ts';
import { type Area, Network, type Way } from '../../src/network/network.ts';
import type { Packet } from '../../src/network/packet.ts';
import { Router, type RouterSettings } from '../../src/network/router.ts';
import type { Scheduler } from '../../src/network/scheduler.ts';
import { ROUTER } from '../support/packets.ts';
import { randomOf } from './support.ts';

/** Time that passes from one event to the next; those of one moment happen in the order in which they came. */
class Timeline implements Scheduler {
  #now = 0;
  readonly #events: { at: number; callback: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  schedule(at: number, callback: () => void): void {
    const place = this.#events.findLastIndex((event) => event.at <= at) + 1;
    this.#events.splice(place, 0, { at, callback });
  }

  /** Everything happens that is to happen until then. */
  run(until = Number.POSITIVE_INFINITY): void {
    for (;;) {
      const [next] = this.#events;
      if (!next || next.at > until) break;
      this.#events.shift();
      this.#now = Math.max(this.#now, next.at);
      next.callback();
    }
    if (until < Number.POSITIVE_INFINITY) this.#now = until;
  }
}

export function linkOf(
  name: string,
  forward: Partial<Impairments> = {},
  backward: Partial<Impairments> = forward,
): Link {
  const link = new Link(name, randomOf(1));
  link.impair({ forward: { ...UNIMPAIRED, ...forward }, backward: { ...UNIMPAIRED, ...backward } });
  return link;
}

export const routerOf = (name: string, settings: Partial<RouterSettings> = {}): Router =>
  new Router(
    name,
    {
      addresses: ROUTER,
      errors: { rate: Number.POSITIVE_INFINITY, burst: 1 },
      quote: 1500,
      nat: undefined,
      ...settings,
    },
    randomOf(1),
  );

/** Where the target is. */
export const PREFIXES = ['198.51.100.0/24', '2001:db8::/64'];

export const areaOf = (path: Way, changed: Partial<Area> = {}): Area => ({
  name: 'area',
  prefixes: PREFIXES,
  path,
  returnPath: path,
  others: DEFAULT_HOST,
  hosts: new Map(),
  ...changed,
});

/** A network and what has come back from it, and when. */
export class TestNetwork {
  readonly time = new Timeline();
  readonly network: Network;
  readonly received: { packet: Packet; at: number }[] = [];

  constructor(...areas: Area[]) {
    const elements = areas.flatMap(({ path, returnPath }) => [...path, ...returnPath]);
    const routers = elements.filter((element) => element instanceof Router);
    this.network = new Network(this.time, areas, [...new Set(routers)], (packet) =>
      this.received.push({ packet, at: this.time.now() }),
    );
  }

  /** What comes back of a packet, whenever it does. */
  answersTo(packet: Packet): Packet[] {
    const before = this.received.length;
    this.network.send(packet);
    this.time.run();
    return this.received.slice(before).map(({ packet }) => packet);
  }
}
