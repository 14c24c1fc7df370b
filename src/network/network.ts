import ipaddr from 'ipaddr.js';
import { answerOf, DEFAULT_HOST, type HostSettings } from './host.ts';
import { quotedDestination } from './icmp-error.ts';
import { type Direction, Link } from './link.ts';
import type { Packet } from './packet.ts';
import { Router } from './router.ts';
import type { Scheduler } from './scheduler.ts';

/** Links and routers in the order in which a packet from the source comes to them. */
export type Way = readonly (Link | Router)[];

/** Addresses that are reached the same way, and the hosts that have them. */
export interface Area {
  readonly name: string;
  /** CIDR. */
  readonly prefixes: readonly string[];
  path: Way;
  /** Listed as seen from the source, too. */
  returnPath: Way;
  /** Every address that is not among `hosts`. */
  others: HostSettings;
  hosts: ReadonlyMap<string, HostSettings>;
}

/**
 * Everything between a source and its destinations: packets in, and after a while packets out.
 *
 * Knows neither sockets nor clocks. The same packets at the same times give the same packets at the same times.
 */
export class Network {
  /** Packets that links and routers have lost so far, in either direction. */
  lost = 0;
  readonly #scheduler: Scheduler;
  readonly #areas: readonly Area[];
  readonly #routers: readonly Router[];
  readonly #deliver: (packet: Packet) => void;
  readonly #areaOf = new Map<string, Area | null>();

  /** `deliver`: gets each packet when it has come back to the source. */
  constructor(
    scheduler: Scheduler,
    areas: readonly Area[],
    routers: readonly Router[],
    deliver: (packet: Packet) => void,
  ) {
    this.#scheduler = scheduler;
    this.#areas = areas;
    this.#routers = routers;
    this.#deliver = deliver;
  }

  /** Takes a packet from the source, now. It is lost where nobody can have its destination. */
  send(packet: Packet): void {
    const path = this.pathTo(packet.destination);
    if (path) this.#forward(packet, path, 0);
  }

  /** The length of the longest packet that the source's own link takes, bytes; 0: no limit. */
  mtuTo(address: string): number {
    return mtuOf(this.pathTo(address)?.[0]);
  }

  /** Who has an address; undefined where nobody can have it. */
  areaOf(address: string): Area | undefined {
    let area = this.#areaOf.get(address);
    if (area === undefined) {
      if (this.#areaOf.size >= MOST_KNOWN) this.#areaOf.clear();
      area = areaOf(this.#areas, address) ?? null;
      this.#areaOf.set(address, area);
    }
    return area ?? undefined;
  }

  /** The way to an address, whether a host or a router has it; undefined where nobody can have it. */
  pathTo(address: string): Way | undefined {
    const area = this.areaOf(address);
    if (area) return area.path;
    const router = this.#routers.find((each) => each.has(address));
    return router && this.#areas.map(({ path }) => path).find((path) => path.includes(router));
  }

  #forward(packet: Packet, path: Way, from: number): void {
    for (let index = from; index < path.length; index++) {
      const element = path[index] as Link | Router;
      if (element instanceof Link) {
        if (this.#crosses(element, 'forward', packet, path, index + 1)) continue;
        return;
      }
      if (element.has(packet.destination)) {
        if (element.outages === 0) this.#answer(packet, DEFAULT_HOST, path, index - 1);
        else this.lost++;
        return;
      }
      const routed = element.forward(packet, mtuOf(path[index + 1]), this.#scheduler.now());
      if (!routed) {
        this.lost++;
        return;
      }
      if ('error' in routed) {
        this.#sendBack(routed.error, path, index);
        return;
      }
      packet = routed.onward;
    }
    this.#arrive(packet, path);
  }

  #arrive(packet: Packet, path: Way): void {
    const area = this.areaOf(packet.destination);
    if (!area) return;
    const host = area.hosts.get(packet.destination) ?? area.others;
    if (host.state === 'up') this.#answer(packet, host, area.returnPath, area.returnPath.length - 1);
    if (host.state !== 'unreachable') return;
    const last = path.findLastIndex((element) => element instanceof Router);
    const router = path[last];
    if (!(router instanceof Router)) return;
    const error = router.refuse(packet, 'host-unreachable', this.#scheduler.now());
    if (error) this.#sendBack(error, path, last);
  }

  #answer(packet: Packet, host: HostSettings, path: Way, from: number): void {
    const answer = answerOf(packet, host);
    if (answer) this.#at(this.#scheduler.now() + host.delay, () => this.#backward(answer, path, from));
  }

  /** An error of the router at `index` takes the way back on which that router lies, if it lies on it. */
  #sendBack(error: Packet, path: Way, index: number): void {
    const returnPath = this.areaOf(quotedDestination(error))?.returnPath ?? path;
    const back = returnPath.indexOf(path[index] as Router);
    if (back < 0) this.#backward(error, path, index - 1);
    else this.#backward(error, returnPath, back - 1);
  }

  #backward(packet: Packet, path: Way, from: number): void {
    for (let index = from; index >= 0; index--) {
      const element = path[index] as Link | Router;
      if (element instanceof Link) {
        if (this.#crosses(element, 'backward', packet, path, index - 1)) continue;
        return;
      }
      const onward = element.backward(packet, this.#scheduler.now());
      if (!onward) {
        this.lost++;
        return;
      }
      packet = onward;
    }
    this.#deliver(packet);
  }

  /** Has a packet cross a link; whether it is at the other end at once, from where `next` is the next to pass. */
  #crosses(link: Link, direction: Direction, packet: Packet, path: Way, next: number): boolean {
    const now = this.#scheduler.now();
    const pipe = link[direction];
    if (link.outages > 0) this.lost++;
    else if (pipe.isPlain) {
      const at = pipe.pass(packet, now);
      if (at === undefined) this.lost++;
      else if (at <= now) return true;
      else this.#scheduler.schedule(at, () => this.#goOn(direction, packet, path, next));
    } else {
      const arrivals = pipe.transmit(packet, now);
      if (arrivals.length === 0) this.lost++;
      for (const { packet: sent, at } of arrivals)
        this.#at(at, () => this.#goOn(direction, sent, path, next));
    }
    return false;
  }

  #goOn(direction: Direction, packet: Packet, path: Way, next: number): void {
    if (direction === 'forward') this.#forward(packet, path, next);
    else this.#backward(packet, path, next);
  }

  #at(at: number, callback: () => void): void {
    if (at <= this.#scheduler.now()) callback();
    else this.#scheduler.schedule(at, callback);
  }
}

/** So many addresses are remembered with their areas. */
const MOST_KNOWN = 100_000;

function areaOf(areas: readonly Area[], address: string): Area | undefined {
  const parsed = ipaddr.parse(address);
  return areas.find(({ prefixes }) =>
    prefixes.some((prefix) => {
      const [network, length] = ipaddr.parseCIDR(prefix);
      return network.kind() === parsed.kind() && parsed.match(network, length);
    }),
  );
}

const mtuOf = (element: Link | Router | undefined): number =>
  element instanceof Link && element.outages === 0 ? element.forward.impairments.mtu : 0;
