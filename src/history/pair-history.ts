import { wasAvailable } from '../statistics/availability.ts';
import type { Observation } from '../statistics/observation.ts';
import { Summary } from '../statistics/summary.ts';
import { MINUTE } from './levels.ts';
import type { RollupKey } from './rollup-table.ts';

/** Probes of one minute that came from results, and not from a roll-up. */
interface Minute {
  step: number;
  /** Whether the roll-up of the minute is counted, too. */
  hasRollup: boolean;
  received: number;
  lost: number;
}

/** What one source has seen of one destination, by steps of time. */
export class PairHistory {
  readonly destination_id: number | null;
  readonly source_id: number | null;
  readonly #steps = new Map<number, Summary>();
  readonly #minutes = new Map<string, Minute & { start: number }>();

  constructor(destinationId: number | null, sourceId: number | null) {
    this.destination_id = destinationId;
    this.source_id = sourceId;
  }

  /** By step, in any order. */
  get steps(): ReadonlyMap<number, Summary> {
    return this.#steps;
  }

  merge(step: number, later: Summary): void {
    this.#stepOf(step).merge(later);
  }

  /** A result; `hasRollup`: whether it belongs to a minute whose roll-up is counted, without it. */
  add(step: number, observation: Observation & { minute: number }, hasRollup: boolean): void {
    const summary = this.#stepOf(step);
    const { received, lost } = summary;
    summary.add(observation);
    const name = `${step} ${observation.minute}`;
    const minute = this.#minutes.get(name) ?? {
      start: observation.minute,
      step,
      hasRollup,
      received: 0,
      lost: 0,
    };
    minute.received += summary.received - received;
    minute.lost += summary.lost - lost;
    this.#minutes.set(name, minute);
  }

  /** The keys of the minutes' roll-ups that `closeMinutes` needs. */
  minutesInRollups(): RollupKey[] {
    const { destination_id, source_id } = this;
    if (destination_id === null || source_id === null) return [];
    return [...this.#minutes.values()]
      .filter(({ hasRollup }) => hasRollup)
      .map(({ start }) => ({ period: MINUTE, destination_id, source_id, start }));
  }

  /** Counts the minutes that results have come to. `rollup`: of a minute that begins then, where there is one. */
  closeMinutes(rollup: (start: number) => Summary | undefined): void {
    for (const { step, start, hasRollup, received, lost } of this.#minutes.values()) {
      const summary = this.#stepOf(step);
      const counted = hasRollup ? rollup(start) : undefined;
      const available = wasAvailable(received + (counted?.received ?? 0), lost + (counted?.lost ?? 0));
      summary.minutesObserved += (available === undefined ? 0 : 1) - (counted?.minutesObserved ?? 0);
      summary.minutesAvailable += (available === true ? 1 : 0) - (counted?.minutesAvailable ?? 0);
    }
    this.#minutes.clear();
  }

  #stepOf(step: number): Summary {
    const summary = this.#steps.get(step) ?? new Summary();
    this.#steps.set(step, summary);
    return summary;
  }
}
