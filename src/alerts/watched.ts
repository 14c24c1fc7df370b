import { areConsecutive, sequenceOf, UNKNOWN } from '../statistics/sequence.ts';
import type { NewResult } from '../storage/store.ts';
import { type Figure, isFigure, type Rule } from './rule.ts';
import type { Selectable } from './selector.ts';
import { isQuantile, Window } from './window.ts';

/** So many lost in a row are where a destination is down. */
export const DOWN_AFTER = 3;

/** A span has to have room for so many probes of a destination. */
const PROBES_A_SPAN = 5;

/** What of a result alerts look at. */
export type WatchedResult = Pick<
  NewResult,
  'destination_id' | 'outcome' | 'doubt' | 'rtt' | 'rseq' | 'address' | 'rtime'
>;

/** How a probe came out: neither where the monitor's own host may be why. */
export type Fate = 'received' | 'lost' | 'unknown';

export interface WatchedRow extends Selectable {
  /** ms */
  interval: number;
}

/** How a rule finds a destination. `between`: better than bad, and not good yet. */
export interface Judgment {
  verdict: 'bad' | 'between' | 'good';
  /** A share, or ms; null of states. */
  value: number | null;
}

const HERE = /^(127\.|::1$|localhost\.?$)/i;

/** One destination as alerts see it: whether it is up, and the figures that rules ask for. Times in ms, monotonic. */
export class Watched {
  row: WatchedRow;
  rules: readonly Rule[] = [];
  parent: Watched | undefined;
  /** Whether it is probed. */
  probed = false;
  state: 'unknown' | 'up' | 'down' = 'unknown';
  /** When it went from one state to the other; undefined where it has not. */
  changedAt: number | undefined;
  lastReceivedAt = Number.NEGATIVE_INFINITY;
  lostInARow = 0;
  /** When the first of these came to its end. */
  lostSince = 0;
  /** Whether it is this host itself, which says nothing about a network. */
  isHere = false;
  #windows: readonly Window[] = [];
  #lastSequence = UNKNOWN;
  #lastRtt = 0;

  constructor(row: WatchedRow) {
    this.row = row;
    this.isHere = HERE.test(row.address);
  }

  get id(): number {
    return this.row.id;
  }

  /** What people call it. */
  get title(): string {
    const { name, label } = this.row;
    return name === null ? label : `${name} (${label})`;
  }

  /** Takes other rules, and keeps the figures that they have in common with those before. */
  follow(row: WatchedRow, rules: readonly Rule[]): void {
    this.row = row;
    this.isHere = HERE.test(row.address);
    this.rules = rules;
    const spans = new Map<number, boolean>();
    for (const rule of rules)
      if (isFigure(rule.metric)) {
        const span = this.spanOf(rule);
        spans.set(span, spans.get(span) === true || isQuantile(rule.metric));
      }
    this.#windows = [...spans].map(
      ([span, withQuantiles]) =>
        this.#windows.find((each) => each.span === span && each.withQuantiles === withQuantiles) ??
        new Window(span, withQuantiles),
    );
  }

  /** A span with room for some probes, however rare they are. */
  spanOf({ span }: Rule): number {
    return Math.max(span, PROBES_A_SPAN * this.row.interval);
  }

  /** Takes a result; returns whether rules may find something else now than before it. */
  take(result: WatchedResult, fate: Fate, now: number): boolean {
    let isNews = false;
    for (const window of this.#windows) if (window.advance(now)) isNews = true;
    if (fate === 'received') return this.#received(result, now) || isNews;
    if (fate === 'lost') return this.#lost(now) || isNews;
    return isNews;
  }

  #received({ rtt, rseq }: WatchedResult, now: number): boolean {
    const wasUp = this.state === 'up';
    if (this.state === 'down') this.changedAt = now;
    this.state = 'up';
    this.lostInARow = 0;
    this.lastReceivedAt = now;
    if (this.#windows.length > 0 && rtt !== null) {
      const sequence = sequenceOf(rseq);
      const variation = areConsecutive(this.#lastSequence, sequence)
        ? Math.abs(rtt - this.#lastRtt)
        : undefined;
      this.#lastSequence = sequence;
      this.#lastRtt = rtt;
      for (const window of this.#windows) window.received(now, rtt, variation);
    }
    return !wasUp;
  }

  #lost(now: number): boolean {
    for (const window of this.#windows) window.lost(now);
    if (this.lostInARow++ === 0) this.lostSince = now;
    if (this.lostInARow < DOWN_AFTER || this.state === 'down') return false;
    if (this.state === 'up') this.changedAt = now;
    this.state = 'down';
    return true;
  }

  /** How a rule finds it at `now`; undefined where that is not known. */
  judge(rule: Rule, now: number): Judgment | undefined {
    if (rule.metric === 'source' || rule.metric === 'silence') return undefined;
    if (rule.metric === 'state') return this.#judgeState(rule, now);
    const value = this.#figure(rule.metric, this.spanOf(rule), now);
    if (value === undefined) return undefined;
    const { comparison, threshold, recoveryThreshold } = rule;
    const isAbove = comparison === '>';
    if (isAbove ? value > threshold : value < threshold) return { verdict: 'bad', value };
    const isGood = isAbove ? value <= recoveryThreshold : value >= recoveryThreshold;
    return { verdict: isGood ? 'good' : 'between', value };
  }

  #judgeState(rule: Extract<Rule, { metric: 'state' }>, now: number): Judgment | undefined {
    if (this.state === 'unknown') return undefined;
    const isBad =
      rule.state === 'change'
        ? this.changedAt !== undefined && now - this.changedAt < rule.span
        : this.state === rule.state;
    return { verdict: isBad ? 'bad' : 'good', value: null };
  }

  #figure(figure: Figure, span: number, now: number): number | undefined {
    return this.#windows
      .find((window) => window.span === span && (window.withQuantiles || !isQuantile(figure)))
      ?.figure(figure, now);
  }

  /** What came before says nothing about what comes now. */
  forget(): void {
    this.state = 'unknown';
    this.changedAt = undefined;
    this.lostInARow = 0;
    this.lastReceivedAt = Number.NEGATIVE_INFINITY;
    this.#lastSequence = UNKNOWN;
    for (const window of this.#windows) window.forget();
  }
}

/** What has become of a probe; undefined of results that are about none of their own. */
export function fateOf({ outcome, doubt }: Pick<WatchedResult, 'outcome' | 'doubt'>): Fate | undefined {
  switch (outcome) {
    case 'late':
    case 'duplicate':
      return undefined;
    case 'reply':
    case 'refused':
      return 'received';
    case 'unsent':
      return 'unknown';
    case 'timeout':
      return doubt === null ? 'lost' : 'unknown';
    default:
      return 'lost';
  }
}
