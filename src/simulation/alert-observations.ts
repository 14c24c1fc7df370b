import type { AlertFacts } from '../alerts/alert-book.ts';
import { selectorOf } from '../alerts/selector.ts';
import type { Destination } from '../entities/destination.ts';
import { labelOf } from '../entities/label.ts';
import { ALERT_COUNTS, type AlertCount, type AlertExpectation } from '../scenario/alerts-schema.ts';
import { holds } from '../scenario/expectation.ts';
import { hasPassed } from './expected-results.ts';

/** Something that came of an alert. */
export interface AlertHappening {
  /** ms since the start */
  at: number;
  kind: AlertFacts['kind'];
  rule: string;
  severity: string;
  /** null: it is about the source itself. */
  destination_id: number | null;
  destination: string | null;
  /** In one line, what is wrong. */
  detail: string;
  /** Why nobody is told, as `maintenance 3`; and why it is over, where that is not by itself. */
  suppressed: string | null;
  ended: string | null;
}

/** How one expectation of alerts came out. */
export interface AlertVerdict extends Pick<AlertExpectation, 'rule' | 'destinations' | 'channel'> {
  count: AlertCount;
  /** As the scenario has it, such as `<= 3`. */
  expected: string;
  measured: number;
  holds: boolean;
  /** The span of time, ms since the start; `to` null: the end. */
  from: number;
  to: number | null;
}

/** What came of a scenario's alerts. */
export interface AlertsReport {
  /** In the order in which it came. */
  happenings: AlertHappening[];
  /** In which channels were told. */
  messages: number;
  expectations: AlertVerdict[];
}

/** What a simulation has seen of alerts. */
export class AlertObservations {
  readonly #expectations: readonly AlertExpectation[];
  readonly #now: () => number;
  /** Every row that there has been, by its id, as it was last. */
  readonly #rows = new Map<number, Destination>();
  readonly #happenings: { at: number; facts: AlertFacts }[] = [];
  readonly #messages: { at: number; channel: string }[] = [];

  /** `now`: ns since the start. */
  constructor(expectations: readonly AlertExpectation[], now: () => number) {
    this.#expectations = expectations;
    this.#now = now;
  }

  know(rows: readonly { row: Destination }[]): void {
    for (const { row } of rows) this.#rows.set(row.id, row);
  }

  take(facts: AlertFacts): void {
    // What was told nobody has no end that is told.
    if (facts.kind === 'resolved' && facts.alert.fired === null) return;
    this.#happenings.push({ at: this.#now(), facts });
  }

  told(channel: string): void {
    this.#messages.push({ at: this.#now(), channel });
  }

  /** How many expectations cannot be judged by `end`, ns since the start. */
  unjudged(end: number): number {
    return this.#expectations
      .filter((each) => !hasPassed(each, end))
      .reduce((sum, { conditions }) => sum + Object.keys(conditions).length, 0);
  }

  /** `end`: ns since the start; what comes of alerts at the monitor's end is not part of it. */
  report(end: number): AlertsReport {
    return {
      happenings: this.#happenings
        .filter(({ at }) => at < end)
        .map(({ at, facts: { kind, alert } }) => {
          const { rule, severity, destination_id, destination, detail, suppressed, ended } = alert;
          const what = { rule, severity, destination_id, destination, detail, suppressed, ended };
          return { at: at / 1e6, kind, ...what };
        }),
      messages: this.#messages.filter(({ at }) => at < end).length,
      expectations: this.#expectations
        .filter((each) => hasPassed(each, end))
        .flatMap((each) => this.#verdicts(each, end)),
    };
  }

  #verdicts({ from, to, conditions, ...filter }: AlertExpectation, end: number): AlertVerdict[] {
    const isThen = ({ at }: { at: number }) => at >= from && at < Math.min(to, end);
    const found = this.#happenings.filter((each) => isThen(each) && this.#fits(each.facts, filter));
    const messages = this.#messages.filter(
      (each) => isThen(each) && (filter.channel === undefined || filter.channel === each.channel),
    );
    return ALERT_COUNTS.flatMap((count) => {
      const condition = conditions[count];
      if (!condition) return [];
      const measured =
        count === 'messages' ? messages.length : found.filter(({ facts: { kind } }) => kind === count).length;
      return {
        ...filter,
        count,
        expected: condition.text,
        measured,
        holds: holds(condition, measured),
        from: from / 1e6,
        to: Number.isFinite(to) ? to / 1e6 : null,
      };
    });
  }

  #fits(
    { alert }: AlertFacts,
    { rule, destinations }: Pick<AlertExpectation, 'rule' | 'destinations'>,
  ): boolean {
    if (rule !== undefined && alert.rule !== rule) return false;
    if (destinations === undefined) return true;
    const row = alert.destination_id === null ? undefined : this.#rows.get(alert.destination_id);
    return row !== undefined && selectorOf(destinations).matches({ ...row, label: labelOf(row) });
  }
}
