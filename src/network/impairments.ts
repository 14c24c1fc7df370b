import type { Chance, GilbertElliott } from './chance.ts';
import type { Distribution } from './distribution.ts';

/** What a link does to the packets of one direction, by netem's names: https://man7.org/linux/man-pages/man8/tc-netem.8.html */
export interface Impairments {
  /** ns */
  delay: number;
  /** ns; how it is spread is `distribution`'s to say. */
  jitter: number;
  distribution: Distribution;
  /** Of one packet's jitter with the last one's, 0 to 1. */
  correlation: number;
  loss: Chance | GilbertElliott;
  duplicate: Chance;
  /** One bit of what is behind the IP header is flipped. */
  corrupt: Chance;
  /** These packets are not delayed and so overtake those before them, at most every `gap`th. */
  reorder: Chance & { gap: number };
  /** Bits a second, IP headers included; 0: no limit. */
  rate: number;
  /** How many packets wait for the rate at most; further ones are lost. */
  limit: number;
  /** The longest packet, IP header included, bytes; 0: no limit. */
  mtu: number;
}

const NEVER: Chance = { probability: 0, correlation: 0 };

/** A link that does nothing. `limit` is netem's default. */
export const UNIMPAIRED: Impairments = {
  delay: 0,
  jitter: 0,
  distribution: 'uniform',
  correlation: 0,
  loss: NEVER,
  duplicate: NEVER,
  corrupt: NEVER,
  reorder: { ...NEVER, gap: 1 },
  rate: 0,
  limit: 1000,
  mtu: 0,
};

export const isGilbertElliott = (loss: Impairments['loss']): loss is GilbertElliott => 'p' in loss;
