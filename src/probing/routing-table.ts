import { ipProtocol } from '../entities/protocol.ts';
import type { Settings } from '../entities/settings.ts';
import type { Answer, Datagram, EchoReply, Segment } from '../io/packet/answer.ts';
import { NONCE_LENGTH } from '../io/packet/icmp.ts';
import { TCP, UDP } from '../io/packet/ip.ts';
import type { QuotedDatagram, QuotedEcho } from '../io/packet/quote.ts';
import { firstSourcePort } from '../io/packet/source-port.ts';
import type { Flight, Probe, Route } from './flight.ts';
import { hasChecksum, hasNonce, isExpected, wasEcho } from './matching.ts';
import { SourcePorts } from './source-ports.ts';
import { acknowledgmentsOf, SynPorts } from './syn-ports.ts';

/** What the low byte of an ICMP identifier can tell apart. */
const LANES = 256;

interface IcmpRoute extends Route {
  lane: number;
}

/** The source ports to one port of one host, and how many destinations share them. */
interface Shared {
  ports: SourcePorts;
  routes: number;
}

/**
 * Which probe is an answer about? Never told by an address alone:
 *
 * - echo replies, and errors that quote enough of a request, by the nonce; the token in it says whose
 * - errors that quote no more than an echo request's header, by address, sequence and checksum
 * - TCP by the sequence number, 32 random bits, and both ports
 * - UDP by address and both ports, which is all there is
 */
export class RoutingTable {
  readonly #sourceid: number;
  readonly #random: () => number;
  readonly #byToken = new Map<number, Flight>();
  /** ICMP destinations, by target and by the low byte of their identifier. */
  readonly #lanes = new Map<string, Map<number, Flight>>();
  /** Lanes whose identifiers other programs of this host have; they are given out again when there are no others. */
  readonly #avoided = new Set<number>();
  readonly #shared = new Map<string, Shared>();
  /** SYNs by the acknowledgments that they may get. */
  readonly #syns = new Map<number, Probe>();

  /** `random` gives whole numbers of 32 bits. */
  constructor(sourceid: number, random: () => number) {
    this.#sourceid = sourceid;
    this.#random = random;
  }

  /** A route for a destination; undefined when all 256 lanes to that address are taken. */
  claim(flight: Flight, settings: Settings, address: string, target: string): Route | undefined {
    const protocol = ipProtocol(settings.protocol);
    if (protocol === TCP || protocol === UDP) {
      const { port } = settings;
      return { address, target, protocol, port, identifiers: this.#share(protocol, target, port), token: 0 };
    }
    const lane = this.#takeLane(flight, target);
    if (lane === undefined) return undefined;
    const token = this.#takeToken(flight);
    const identifiers = {
      free: true,
      take: () => this.#identifier(route, flight),
      avoid: (rid: number) => this.#avoid(rid & 0xff),
    };
    const route: IcmpRoute = { address, target, protocol, port: null, identifiers, lane, token };
    return route;
  }

  release({ target, protocol, port, lane, token }: Route): void {
    if (lane === undefined) {
      this.#unshare(protocol, target, port);
      return;
    }
    this.#byToken.delete(token);
    const lanes = this.#lanes.get(target);
    lanes?.delete(lane);
    if (lanes?.size === 0) this.#lanes.delete(target);
  }

  /** The probe that an answer is about; undefined when it is none of ours, or too old to be known. */
  find(answer: Answer): Probe | undefined {
    const probe = this.#candidate(answer);
    return probe && isExpected(probe, answer) ? probe : undefined;
  }

  #candidate(answer: Answer): Probe | undefined {
    if (answer.kind === 'echo') {
      const probe = this.#byNonce(answer);
      return probe?.rid === answer.rid ? probe : undefined;
    }
    if (answer.kind === 'segment') return this.#bySegment(answer);
    if (answer.kind === 'datagram') return this.#byDatagram(answer);
    const { quote } = answer;
    if (quote.kind === 'echo') return this.#byNonce(quote) ?? this.#byQuotedEcho(quote);
    if (quote.kind === 'datagram') return this.#byQuotedDatagram(quote);
    const probe = this.#syns.get((quote.sequence + 1) >>> 0);
    return probe?.nonce === quote.sequence && probe.route.port === quote.port ? probe : undefined;
  }

  /** Whatever the identifier: that of a quoted request a NAT may have changed. */
  #byNonce(echo: EchoReply | QuotedEcho): Probe | undefined {
    if (echo.payload.length < NONCE_LENGTH) return undefined;
    const probe = this.#byToken.get(echo.payload.readUInt32BE(0))?.find(echo.rseq);
    return probe && hasNonce(echo, probe) ? probe : undefined;
  }

  #byQuotedEcho(quote: QuotedEcho): Probe | undefined {
    const lanes = this.#lanes.get(quote.address);
    if (!lanes) return undefined;
    // Unless a NAT has changed it, the identifier says whose it is, and a checksum is like another's now and then.
    const named = lanes.get(quote.rid & 0xff)?.find(quote.rseq);
    if (named?.rid === quote.rid && hasChecksum(quote, named)) return named;
    for (const flight of lanes.values()) {
      const probe = flight.find(quote.rseq);
      if (probe && hasChecksum(quote, probe)) return probe;
    }
    return undefined;
  }

  /** Who answers may have another address than who was asked. */
  #bySegment({ acknowledgment, port, rid }: Segment): Probe | undefined {
    const probe = this.#syns.get(acknowledgment);
    // Probes are used again, and this one may by now have sent another SYN.
    if (!probe || !acknowledgmentsOf(probe).includes(acknowledgment)) return undefined;
    return probe.rid === rid && probe.route.port === port ? probe : undefined;
  }

  #byDatagram(datagram: Datagram): Probe | undefined {
    const { address, port, rid } = datagram;
    const probe = this.#shared.get(keyOf(UDP, address, port))?.ports.at(rid);
    return probe && (datagram.intact || wasEcho(datagram, probe)) ? probe : undefined;
  }

  /** Where a NAT has changed the source port, only a datagram that is alone in flight can be told. */
  #byQuotedDatagram(quote: QuotedDatagram): Probe | undefined {
    const shared = this.#shared.get(keyOf(UDP, quote.address, quote.port));
    if (!shared) return undefined;
    const probe = shared.ports.at(quote.rid);
    if (probe && hasChecksum(quote, probe)) return probe;
    const [alone, another] = [...shared.ports.probes()].filter(({ isInFlight }) => isInFlight);
    return alone && !another && hasChecksum(quote, alone) ? alone : undefined;
  }

  #share(protocol: number, target: string, port: number | null): SourcePorts {
    const key = keyOf(protocol, target, port);
    let shared = this.#shared.get(key);
    if (!shared) {
      const options = { first: firstSourcePort(this.#sourceid), target: port, start: this.#random() };
      const ports = protocol === TCP ? new SynPorts(options, this.#syns) : new SourcePorts(options);
      shared = { ports, routes: 0 };
      this.#shared.set(key, shared);
    }
    shared.routes++;
    return shared.ports;
  }

  #unshare(protocol: number, target: string, port: number | null): void {
    const key = keyOf(protocol, target, port);
    const shared = this.#shared.get(key);
    if (!shared || --shared.routes > 0) return;
    shared.ports.close();
    this.#shared.delete(key);
  }

  #takeLane(flight: Flight, target: string): number | undefined {
    const lanes = this.#lanes.get(target) ?? new Map<number, Flight>();
    const lane = this.#freeLane(lanes);
    if (lane !== undefined) this.#lanes.set(target, lanes.set(lane, flight));
    return lane;
  }

  #freeLane(taken: ReadonlyMap<number, Flight>): number | undefined {
    let avoided: number | undefined;
    // The kernel lets no datagram socket have the identifier 0, which so comes last.
    const first = this.#sourceid === 0 ? 1 : 0;
    for (let n = 0; n < LANES; n++) {
      const lane = (first + n) % LANES;
      if (taken.has(lane)) continue;
      if (!this.#avoided.has(lane)) return lane;
      avoided ??= lane;
    }
    return avoided;
  }

  /** The identifier of a route's next probe; it changes when another program is found to have it. */
  #identifier(route: IcmpRoute, flight: Flight): number {
    if (this.#avoided.has(route.lane)) {
      const lane = this.#takeLane(flight, route.target);
      if (lane !== undefined) {
        this.#lanes.get(route.target)?.delete(route.lane);
        route.lane = lane;
      }
    }
    return (this.#sourceid << 8) | route.lane;
  }

  #avoid(lane: number): void {
    this.#avoided.add(lane);
    if (this.#avoided.size === LANES) this.#avoided.clear();
  }

  #takeToken(flight: Flight): number {
    let token = this.#random();
    while (this.#byToken.has(token)) token = this.#random();
    this.#byToken.set(token, flight);
    return token;
  }
}

const keyOf = (protocol: number, target: string, port: number | null): string =>
  `${protocol} ${target} ${port}`;
