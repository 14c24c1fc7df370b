import {
  type Condition,
  type Expectation,
  type Figure,
  formatFigure,
  holds,
} from '../scenario/expectation.ts';
import { Accumulator } from '../statistics/accumulator.ts';
import type { Statistics } from '../statistics/statistics.ts';
import type { NewResult } from '../storage/store.ts';

/** How one expectation of a figure came out. */
export interface Verdict {
  figure: Figure;
  /** As the scenario has it, such as `<= 3%`. */
  expected: string;
  /** The same figure as it was measured. */
  measured: string;
  holds: boolean;
  /** The span of time in which probes were sent, ms since the start; `to` null: the end. */
  from: number;
  to: number | null;
}

/** What was measured of one destination, and whether that is what was expected. */
export class ExpectedResults {
  readonly #all = new Accumulator();
  readonly #spans: { expectation: Expectation; accumulator: Accumulator }[];

  constructor(expectations: readonly Expectation[]) {
    this.#spans = expectations.map((expectation) => ({
      expectation,
      accumulator: isWhole(expectation) ? this.#all : new Accumulator(),
    }));
  }

  /** `sentAt`: when the probe was sent, ns since the start. */
  add(result: NewResult, sentAt: number): void {
    this.#all.add(result);
    for (const { expectation, accumulator } of this.#spans)
      if (accumulator !== this.#all && sentAt >= expectation.from && sentAt < expectation.to)
        accumulator.add(result);
  }

  statistics(): Statistics {
    return this.#all.statistics();
  }

  /** How many expectations are about time after `end`, ns since the start, and cannot be judged by then. */
  unjudged(end: number): number {
    return this.#spans
      .filter(({ expectation }) => !hasPassed(expectation, end))
      .reduce(
        (sum, { expectation }) => sum + Object.values(expectation.conditions).filter(Boolean).length,
        0,
      );
  }

  /** On every span of time that has passed by `end`, ns since the start. */
  verdicts(end: number): Verdict[] {
    return this.#spans.flatMap(({ expectation, accumulator }) => {
      const { from, to, conditions } = expectation;
      if (!hasPassed(expectation, end)) return [];
      const statistics = accumulator.statistics();
      return (Object.entries(conditions) as [Figure, Condition | undefined][]).flatMap(
        ([figure, condition]) => {
          if (!condition) return [];
          const value = statistics[figure];
          return [
            {
              figure,
              expected: condition.text,
              measured: formatFigure(figure, value),
              holds: holds(condition, value),
              from: from / 1e6,
              to: Number.isFinite(to) ? to / 1e6 : null,
            },
          ];
        },
      );
    });
  }
}

/** One without an end is about however long it takes. */
const hasPassed = ({ from, to }: Expectation, end: number): boolean =>
  from < end && (to <= end || to === Number.POSITIVE_INFINITY);

const isWhole = ({ from, to }: Expectation): boolean => from === 0 && to === Number.POSITIVE_INFINITY;
