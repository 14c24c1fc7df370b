import type { Impairments } from './impairments.ts';
import { Pipe } from './pipe.ts';
import type { RandomSource } from './random.ts';

/** Which way a packet goes, as seen from the source. */
export type Direction = 'forward' | 'backward';

export const DIRECTIONS = ['forward', 'backward'] as const;

/** Two pipes between neighbours: forward leads away from the source, backward to it. */
export class Link {
  readonly forward: Pipe;
  readonly backward: Pipe;
  /** How many outages it is in. */
  outages = 0;

  constructor(
    readonly name: string,
    random: RandomSource,
  ) {
    this.forward = new Pipe((what) => random(`link ${name} forward ${what}`));
    this.backward = new Pipe((what) => random(`link ${name} backward ${what}`));
  }

  /** What it does from now on to the packets that come in. */
  impair(impairments: Readonly<Record<Direction, Impairments>>): void {
    for (const direction of DIRECTIONS) this[direction].impairments = impairments[direction];
  }
}
