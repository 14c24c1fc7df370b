import type { Answer } from '../io/packet/answer.ts';
import { NONCE_LENGTH } from '../io/packet/icmp.ts';
import type { Route } from './flight.ts';

/** What the low byte of an identifier can tell apart. */
const LANES = 256;

interface Lanes<T> {
  owners: Map<number, T>;
}

/**
 * Whose answer is this? By the token at the start of the payload where there is one, by the quoted
 * address and identifier where there is none; never by an address alone.
 *
 * `T` is who receives the answers.
 */
export class RoutingTable<T> {
  readonly #byToken = new Map<number, T>();
  readonly #byTarget = new Map<string, Lanes<T>>();
  readonly #sourceid: number;
  readonly #random: () => number;

  /** `random` gives whole numbers of 32 bits. */
  constructor(sourceid: number, random: () => number) {
    this.#sourceid = sourceid;
    this.#random = random;
  }

  /** A route of its own for an owner; undefined when all 256 lanes to that address are taken. */
  claim(owner: T, address: string, target: string): Route | undefined {
    let lanes = this.#byTarget.get(target);
    if (!lanes) {
      lanes = { owners: new Map() };
      this.#byTarget.set(target, lanes);
    }
    let lane = 0;
    while (lanes.owners.has(lane)) lane++;
    if (lane >= LANES) return undefined;
    lanes.owners.set(lane, owner);

    let token = this.#random();
    while (this.#byToken.has(token)) token = this.#random();
    this.#byToken.set(token, owner);
    return { address, target, rid: (this.#sourceid << 8) | lane, token };
  }

  release({ target, rid, token }: Route): void {
    this.#byToken.delete(token);
    const lanes = this.#byTarget.get(target);
    lanes?.owners.delete(rid & 0xff);
    if (lanes?.owners.size === 0) this.#byTarget.delete(target);
  }

  /** The owner of the probe that an answer is about; undefined when no owner of ours sent one. */
  find(answer: Answer): T | undefined {
    if (answer.payload.length >= NONCE_LENGTH) return this.#byToken.get(answer.payload.readUInt32BE(0));
    if (answer.kind === 'reply' || answer.rid >> 8 !== this.#sourceid) return undefined;
    return this.#byTarget.get(answer.quotedAddress)?.owners.get(answer.rid & 0xff);
  }
}
