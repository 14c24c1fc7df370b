import { isIP } from 'node:net';
import type { Family } from '../io/transport.ts';
import { DEFAULT_HOST, type HostSettings, type Ports } from '../network/host.ts';
import type { Rejection } from '../network/icmp-error.ts';
import { Link } from '../network/link.ts';
import { type Area, Network, type Way } from '../network/network.ts';
import type { Packet } from '../network/packet.ts';
import { type RandomSource, RandomStream } from '../network/random.ts';
import { Router } from '../network/router.ts';
import type { Scheduler } from '../network/scheduler.ts';
import type { HostGiven, HostsGiven, PortsGiven } from '../scenario/hosts-schema.ts';
import { impairmentsOf, type LinkSettings } from '../scenario/link-schema.ts';
import type { Scenario } from '../scenario/schema.ts';
import type { RouterGiven } from '../scenario/topology-schema.ts';
import { Overlays, type Undo } from './overlays.ts';

/** How much of a packet an ICMP error quotes unless told otherwise: as much as fits. */
const WHOLE_QUOTE = 1232;

/** The names of links and routers that packets pass. */
interface Ways {
  path: readonly string[];
  return: readonly string[] | undefined;
}

/** The network that a scenario describes, and what can be changed of it while packets are under way. */
export class World {
  readonly network: Network;
  readonly #links = new Map<string, Link>();
  readonly #routers = new Map<string, Router>();
  readonly #areas = new Map<string, Area>();
  readonly #impairments = new Map<string, Overlays<LinkSettings>>();
  readonly #rejections = new Map<string, Overlays<Rejection>>();
  readonly #ways = new Map<string, Overlays<Ways>>();
  readonly #hosts = new Map<string, Overlays<HostsGiven>>();

  /** `deliver`: gets each packet that has come back to the source. */
  constructor(scenario: Scenario, scheduler: Scheduler, deliver: (packet: Packet) => void) {
    const random: RandomSource = (name) => new RandomStream(scenario.seed, name);
    for (const [name, settings] of Object.entries(scenario.links)) {
      this.#links.set(name, new Link(name, random));
      this.impair([name], settings);
    }
    for (const [name, given] of Object.entries(scenario.routers)) {
      this.#routers.set(name, new Router(name, routerSettings(given), random));
    }
    for (const [name, { prefix, path, return: back, hosts }] of Object.entries(scenario.networks)) {
      this.#areas.set(name, {
        name,
        prefixes: prefix,
        path: [],
        returnPath: [],
        others: DEFAULT_HOST,
        hosts: new Map(),
      });
      this.reroute(name, path, back);
      this.serve(name, hosts);
    }
    this.network = new Network(scheduler, [...this.#areas.values()], [...this.#routers.values()], deliver);
  }

  /** Changes what links do to packets. */
  impair(names: readonly string[], settings: LinkSettings): Undo {
    return together(
      names.map((name) => {
        const link = this.#links.get(name);
        const overlays = overlaysOf(this.#impairments, name);
        return overlays.add(settings, () => link?.impair(impairmentsOf(...overlays.all)));
      }),
    );
  }

  /** Has links and routers lose everything. */
  cut(names: readonly string[]): Undo {
    const elements = this.#wayOf(names);
    for (const element of elements) element.outages++;
    return () => {
      for (const element of elements) element.outages--;
    };
  }

  /** Has routers refuse whatever would go on beyond them. */
  reject(names: readonly string[], how: Rejection): Undo {
    return together(
      names.map((name) => {
        const router = this.#routers.get(name);
        const overlays = overlaysOf(this.#rejections, name);
        return overlays.add(how, () => {
          if (router) router.rejection = overlays.top;
        });
      }),
    );
  }

  /** Has a network be reached another way. What is under way stays on its old one. */
  reroute(name: string, path: readonly string[], back: readonly string[] | undefined): Undo {
    const overlays = overlaysOf(this.#ways, name);
    return overlays.add({ path, return: back }, () => {
      const area = this.#areas.get(name);
      const ways = overlays.top;
      if (!area || !ways) return;
      area.path = this.#wayOf(ways.path);
      area.returnPath = ways.return ? this.#wayOf(ways.return) : area.path;
    });
  }

  /** Has the hosts of a network answer in another way. */
  serve(name: string, hosts: HostsGiven): Undo {
    const overlays = overlaysOf(this.#hosts, name);
    return overlays.add(hosts, () => {
      const area = this.#areas.get(name);
      if (area) Object.assign(area, hostsOf(overlays.all));
    });
  }

  #wayOf(names: readonly string[]): Way {
    return names.flatMap((name) => this.#links.get(name) ?? this.#routers.get(name) ?? []);
  }
}

function overlaysOf<Settings>(all: Map<string, Overlays<Settings>>, name: string): Overlays<Settings> {
  const overlays = all.get(name) ?? new Overlays<Settings>();
  all.set(name, overlays);
  return overlays;
}

export const together =
  (undos: readonly Undo[]): Undo =>
  () => {
    for (const undo of undos) undo();
  };

function routerSettings({ address = [], errors, quote = WHOLE_QUOTE, nat }: RouterGiven) {
  const addresses: Partial<Record<Family, string>> = {};
  for (const each of address) addresses[isIP(each) as Family] = each;
  return { addresses, errors, quote, nat };
}

/**
 * What hosts do with all that is said of them: what is said later changes only what it names. At first `default` is about
 * the hosts that nothing else is said of; later on a host is what it was.
 */
function hostsOf(layers: readonly HostsGiven[]): Pick<Area, 'others' | 'hosts'> {
  let others: HostSettings = DEFAULT_HOST;
  const hosts = new Map<string, HostSettings>();
  for (const [index, { default: usual, ...named }] of layers.entries()) {
    const former = index === 0 ? DEFAULT_HOST : others;
    others = changedHost(others, usual);
    for (const [address, given] of Object.entries(named))
      hosts.set(address, changedHost(hosts.get(address) ?? former, given));
  }
  return { others, hosts };
}

const changedHost = (host: HostSettings, { tcp, udp, ...given }: HostGiven = {}): HostSettings => ({
  ...host,
  ...given,
  tcp: changedPorts(host.tcp, tcp),
  udp: changedPorts(host.udp, udp),
});

function changedPorts<Service>(
  { ports, others }: Ports<Service>,
  given: PortsGiven<Service> | undefined,
): Ports<Service> {
  if (!given) return { ports, others };
  const former = given.all ? [] : ports;
  return { ports: new Map([...former, ...given.ports]), others: given.others ?? others };
}
