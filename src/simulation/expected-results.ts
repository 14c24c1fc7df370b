import {
  type Condition,
  type Expectation,
  type Figure,
  formatFigure,
  holds,
} from '../scenario/expectation.ts';
import { MinutedSummary, minuteOf } from '../statistics/minutes.ts';
import { observationOf } from '../statistics/observation.ts';
import { type Statistics, statisticsOf } from '../statistics/statistics.ts';
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
  readonly #all = new MinutedSummary();
  readonly #spans: { expectation: Expectation; summary: MinutedSummary }[];

  constructor(expectations: readonly Expectation[]) {
    this.#spans = expectations.map((expectation) => ({
      expectation,
      summary: isWhole(expectation) ? this.#all : new MinutedSummary(),
    }));
  }

  /** `sentAt`: when the probe was sent, ns since the start. */
  add(result: NewResult, sentAt: number): void {
    const observation = observationOf(result);
    const minute = minuteOf(result.rtime);
    this.#all.add(observation, minute);
    for (const { expectation, summary } of this.#spans)
      if (summary !== this.#all && sentAt >= expectation.from && sentAt < expectation.to)
        summary.add(observation, minute);
  }

  statistics(): Statistics {
    return statisticsOf(this.#all.summary());
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
    return this.#spans.flatMap(({ expectation, summary }) => {
      const { from, to, conditions } = expectation;
      if (!hasPassed(expectation, end)) return [];
      const statistics = statisticsOf(summary.summary());
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
export const hasPassed = ({ from, to }: Pick<Expectation, 'from' | 'to'>, end: number): boolean =>
  from < end && (to <= end || to === Number.POSITIVE_INFINITY);

const isWhole = ({ from, to }: Expectation): boolean => from === 0 && to === Number.POSITIVE_INFINITY;
