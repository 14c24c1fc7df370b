import type { Family } from '../io/transport.ts';
import { icmpError, isIcmpError, type Rejection, rejected, timeExceeded, tooBig } from './icmp-error.ts';
import { Nat, type NatSettings } from './nat.ts';
import { lengthOf, type Packet } from './packet.ts';
import type { RandomSource } from './random.ts';
import { SECOND } from './scheduler.ts';

export interface RouterSettings {
  /** What its ICMP errors come from; it sends none of an IP version that it has no address of. */
  addresses: Partial<Record<Family, string>>;
  /** How many ICMP errors a second it sends, and how many in a row after a time without; 0 a second: none at all. */
  errors: { rate: number; burst: number };
  /** How much of a packet an error quotes, behind the IP header, bytes. */
  quote: number;
  nat: NatSettings | undefined;
}

/** What a router makes of a packet: it goes on, an error goes back, or nothing. */
export type Routed = { onward: Packet } | { error: Packet } | undefined;

/** Joins two links: counts down the TTL, says so when it has run out, and may translate addresses. */
export class Router {
  /** How many outages it is in. */
  outages = 0;
  /** How it refuses everything that would go on beyond it. */
  rejection: Rejection | undefined;
  readonly #settings: RouterSettings;
  readonly #addresses: readonly string[];
  readonly #nat: Nat | undefined;
  #tokens: number;
  #filledAt = 0;

  constructor(
    readonly name: string,
    settings: RouterSettings,
    random: RandomSource,
  ) {
    this.#settings = settings;
    this.#addresses = Object.values(settings.addresses);
    this.#tokens = settings.errors.rate > 0 ? settings.errors.burst : 0;
    this.#nat = settings.nat && new Nat(settings.nat, random(`router ${name} nat`));
  }

  /** Whether a packet to this address is for the router itself. */
  has(address: string): boolean {
    return this.#addresses.includes(address);
  }

  /** A packet on its way from the source. `mtu`: of the link that comes next, bytes, or 0; `now` in ns. */
  forward(packet: Packet, mtu: number, now: number): Routed {
    if (this.outages > 0) return undefined;
    if (--packet.ttl <= 0) return this.#error(packet, timeExceeded(packet), now);
    if (this.rejection !== undefined) return this.#error(packet, rejected(packet, this.rejection), now);
    // Those that may be fragmented go on, in one piece as far as anybody can tell.
    if (mtu > 0 && packet.whole && lengthOf(packet) > mtu)
      return this.#error(packet, tooBig(packet, mtu), now);
    // Last, so that errors about a packet go to whoever has sent it.
    const onward = this.#nat ? this.#nat.outward(packet, now) : packet;
    return onward && { onward };
  }

  /** A packet on its way to the source. An error about it would go to where nobody has asked for it. */
  backward(packet: Packet, now: number): Packet | undefined {
    if (this.outages > 0 || --packet.ttl <= 0) return undefined;
    return this.#nat ? this.#nat.inward(packet, now) : packet;
  }

  /** An error about a packet that has gone on, but for a host that is not there. */
  refuse(packet: Packet, how: Rejection, now: number): Packet | undefined {
    const refused = this.#error(packet, rejected(packet, how), now);
    if (!refused || !('error' in refused)) return undefined;
    return this.#nat ? this.#nat.inward(refused.error, now) : refused.error;
  }

  #error(packet: Packet, message: Parameters<typeof icmpError>[2], now: number): Routed {
    const from = this.#settings.addresses[packet.family];
    if (from === undefined || isIcmpError(packet) || !this.#mayTell(now)) return undefined;
    const error = icmpError(packet, from, message, this.#settings.quote);
    return error && { error };
  }

  /** A token bucket, as Linux has it for ICMP. */
  #mayTell(now: number): boolean {
    const { rate, burst } = this.#settings.errors;
    if (rate === Number.POSITIVE_INFINITY) return true;
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#filledAt) * rate) / SECOND);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
