import type { RandomStream } from './random.ts';

/** How often something happens to packets: a share from 0 to 1. */
export interface Chance {
  probability: number;
  /** How much one packet's fate is like the one's before, 0 to 1: the correlation of the two as 0 and 1. */
  correlation: number;
}

/**
 * Says of each packet whether it happens.
 *
 * A Markov chain of two states, so that both the share and the correlation are what was asked for. netem blends
 * each random number with the last one instead, which gets neither: the blend of uniform numbers is not uniform.
 */
export class ChanceProcess {
  readonly #random: RandomStream;
  #last: boolean | undefined;

  constructor(random: RandomStream) {
    this.#random = random;
  }

  happens({ probability, correlation }: Chance): boolean {
    if (probability === 0) return false;
    if (probability === 1) return true;
    const pull = this.#last === undefined ? 0 : correlation * ((this.#last ? 1 : 0) - probability);
    this.#last = this.#random.uniform() < probability + pull;
    return this.#last;
  }
}

/**
 * The Gilbert–Elliott model, by the names of netem's `loss gemodel`: p and r are the shares of packets at which
 * a good time turns bad, and a bad one good; 1-h and 1-k are the losses in a bad and in a good time. All 0 to 1.
 * E. O. Elliott, Estimates of error rates for codes on burst-noise channels (doi:10.1002/j.1538-7305.1963.tb00955.x)
 */
export interface GilbertElliott {
  p: number;
  r: number;
  '1-h': number;
  '1-k': number;
}

/** The share of packets that a Gilbert–Elliott model loses in the long run. */
export function lossOf(model: GilbertElliott): number {
  if (model.p + model.r === 0) return model['1-k'];
  const bad = model.p / (model.p + model.r);
  return bad * model['1-h'] + (1 - bad) * model['1-k'];
}

/** Says of each packet whether it is lost, as a Gilbert–Elliott model does. */
export class GilbertElliottProcess {
  readonly #random: RandomStream;
  #bad: boolean | undefined;

  constructor(random: RandomStream) {
    this.#random = random;
  }

  loses(model: GilbertElliott): boolean {
    const { p, r } = model;
    // Starts as if it had always been running.
    if (this.#bad === undefined) this.#bad = p + r > 0 && this.#random.uniform() < p / (p + r);
    else if (this.#random.uniform() < (this.#bad ? r : p)) this.#bad = !this.#bad;
    const loss = model[this.#bad ? '1-h' : '1-k'];
    return loss > 0 && (loss === 1 || this.#random.uniform() < loss);
  }
}
