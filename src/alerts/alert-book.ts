import { createActor } from 'xstate';
import type { Alert } from '../entities/alert.ts';
import { actorClock, type Clock } from '../io/clock.ts';
import { type AlertNotice, type AlertRef, alertMachine } from '../machines/alert.ts';
import { type AlertConfig, channelsOf } from './config.ts';
import { detailOf } from './detail.ts';
import { isFigure, type Rule } from './rule.ts';
import type { Verdict } from './verdict.ts';
import type { Judgment } from './watched.ts';

/** What has come of an alert, as it is to be stored, and who is to be told. */
export interface AlertFacts {
  kind: AlertNotice['kind'];
  number: number;
  alert: Omit<Alert, 'id'>;
  /** Ids of channels; of those of an alert that is over, only those who were told of it are told. */
  channels: readonly number[];
}

/** What rules may find bad, besides the source itself. */
export interface Subject {
  /** Of a destination; null of what is none. */
  readonly id: number | null;
  /** What people call it. */
  readonly title: string;
  readonly rules: readonly Rule[];
  readonly probed: boolean;
}

export interface AlertBookOptions<Of extends Subject> {
  clock: Clock;
  source: { id: number; name: string | null };
  record: (facts: AlertFacts) => void;
  uid: () => string;
  /** Whether what is bad of a destination (of the source: undefined) since then has a better explanation. */
  verdict: (destination: Of | undefined, since: number) => Verdict;
}

/** What rules find bad: an actor for each rule and destination of which not everything is good. */
interface Entry<Of> {
  rule: Rule;
  destination: Of | undefined;
  actor: AlertRef;
  facts: Omit<Alert, 'id'>;
}

/** Of a destination. The source's own have the key undefined. */
type Entries<Of> = Map<number, Entry<Of>>;

export interface Found<Of> {
  rule: Rule;
  /** undefined: the source itself. */
  destination: Of | undefined;
  judgment: Judgment;
  /** In place of what the rule says of itself. */
  detail?: string;
}

/**
 * The alerts that are not over. Each actor is a system of its own: XState would copy the map of a parent's children whenever one
 * of thousands stops.
 */
export class AlertBook<Of extends Subject> {
  readonly #options: AlertBookOptions<Of>;
  readonly #entries = new Map<Of | undefined, Entries<Of>>();
  #config: AlertConfig | undefined;
  #size = 0;

  constructor(options: AlertBookOptions<Of>) {
    this.#options = options;
  }

  get size(): number {
    return this.#size;
  }

  has(destination: Of): boolean {
    return this.#entries.has(destination);
  }

  /** Takes what a rule has found. What is good, and was so before, costs nothing. */
  judge({ rule, destination, judgment: { verdict, value }, detail }: Found<Of>): void {
    const entry = this.#entries.get(destination)?.get(rule.id);
    if (entry) entry.actor.send({ type: `figure.${verdict}`, value });
    else if (verdict === 'bad')
      this.#begin({ rule, destination, facts: this.#factsOf({ rule, destination, value, detail }) });
  }

  /** What was measured of a destination says nothing any more. */
  forget(destination: Of): void {
    for (const { actor } of this.#of(destination)) actor.send({ type: 'evidence.forgotten' });
  }

  close(destination: Of, reason: string): void {
    for (const { actor } of this.#of(destination)) actor.send({ type: 'alert.closed', reason });
  }

  /** Rules are others now: what of them is firing goes on by the new ones. */
  follow(config: AlertConfig): void {
    this.#config = config;
    const rules = new Map(config.rules.map((rule) => [rule.id, rule]));
    for (const entries of [...this.#entries.values()])
      for (const entry of [...entries.values()]) {
        const { destination, actor, facts } = entry;
        const rule = rules.get(entry.rule.id);
        const isAbout = rule && (!destination || destination.rules.includes(rule));
        if (!isAbout || !isSame(rule, entry.rule))
          actor.send({ type: 'alert.closed', reason: isAbout ? 'the rule is another one now' : NO_RULE });
        else if (JSON.stringify(rule) === JSON.stringify(entry.rule)) entry.rule = rule;
        else if (facts.state === 'firing' && facts.fired !== null) {
          actor.stop();
          this.#remove(entry);
          this.#begin({ rule, destination, facts, restored: true });
        } else actor.send({ type: 'evidence.forgotten' });
      }
  }

  /** `destinationOf`: what an alert is about, as far as it is there. */
  restore(
    alerts: readonly Omit<Alert, 'id'>[],
    destinationOf: (alert: Omit<Alert, 'id'>) => Of | undefined,
  ): void {
    const rules = new Map((this.#config?.rules ?? []).map((rule) => [rule.id, rule]));
    for (const facts of alerts) {
      const rule = rules.get(facts.rule_id);
      const destination = destinationOf(facts);
      const reason = this.#whyNot(facts, rule, destination);
      if (reason === undefined && rule && !this.#entries.get(destination)?.has(rule.id))
        this.#begin({ rule, destination, facts, restored: true });
      else
        this.#record('resolved', {
          ...facts,
          state: 'resolved',
          resolved: this.#now(),
          ended: reason ?? NO_RULE,
        });
    }
  }

  #whyNot(facts: Omit<Alert, 'id'>, rule?: Rule, destination?: Of): string | undefined {
    if (facts.state === 'suppressed') return 'the monitor started anew';
    if (!rule || rule.metric !== facts.metric) return NO_RULE;
    if (rule.metric === 'source') return undefined;
    if (!destination)
      return rule.metric === 'silence' ? 'the source was removed' : 'the destination was removed';
    if (!destination.probed) return 'the destination is not probed';
    return destination.rules.includes(rule) ? undefined : NO_RULE;
  }

  stop(): void {
    for (const entries of this.#entries.values()) for (const { actor } of entries.values()) actor.stop();
    this.#entries.clear();
    this.#size = 0;
  }

  #of(destination: Of): Entry<Of>[] {
    return [...(this.#entries.get(destination)?.values() ?? [])];
  }

  #begin({
    rule,
    destination,
    facts,
    restored = false,
  }: Pick<Entry<Of>, 'rule' | 'destination' | 'facts'> & { restored?: boolean }): void {
    const { clock, verdict } = this.#options;
    const since = clock.now();
    const actor = createActor(alertMachine, {
      clock: actorClock(clock),
      input: {
        rule,
        value: facts.value,
        started: facts.started,
        restored,
        verdict: () => verdict(destination, since),
        record: (notice) => this.#take(entry, notice),
      },
    });
    const entry: Entry<Of> = { rule, destination, actor, facts };
    const entries = this.#entries.get(destination) ?? new Map<number, Entry<Of>>();
    this.#entries.set(destination, entries.set(rule.id, entry));
    this.#size++;
    actor.subscribe({ complete: () => this.#remove(entry) });
    actor.start();
  }

  #remove(entry: Entry<Of>): void {
    const entries = this.#entries.get(entry.destination);
    if (entries?.get(entry.rule.id) !== entry) return;
    entries.delete(entry.rule.id);
    this.#size--;
    if (entries.size === 0) this.#entries.delete(entry.destination);
  }

  #take(entry: Entry<Of>, { kind, value, suppressed, ended, number }: AlertNotice): void {
    const now = this.#now();
    const { facts, rule } = entry;
    facts.value = value;
    if (isFigure(rule.metric) && kind !== 'resolved') facts.detail = detailOf(rule, value);
    if (kind === 'fired') Object.assign(facts, { state: 'firing', fired: now });
    if (kind === 'suppressed') Object.assign(facts, { state: 'suppressed', suppressed });
    if (kind === 'resolved') Object.assign(facts, { state: 'resolved', resolved: now, ended });
    this.#record(kind, facts, number);
  }

  #record(kind: AlertFacts['kind'], facts: Omit<Alert, 'id'>, number = 0): void {
    const config = this.#config;
    const told = config && kind !== 'suppressed' ? this.#channels(config, kind, facts) : [];
    this.#options.record({ kind, number, alert: { ...facts }, channels: told });
  }

  #channels(config: AlertConfig, kind: AlertFacts['kind'], facts: Omit<Alert, 'id'>): number[] {
    if (kind !== 'resolved') return channelsOf(config, facts.rule_id).map(({ id }) => id);
    // Whoever was told that it began, whatever the rule says by now.
    return [...config.channels.values()].filter(({ sendResolved }) => sendResolved).map(({ id }) => id);
  }

  #factsOf({
    rule,
    destination,
    value,
    detail,
  }: Omit<Found<Of>, 'judgment'> & { value: number | null }): Omit<Alert, 'id'> {
    const { source, uid } = this.#options;
    return {
      uid: uid(),
      rule_id: rule.id,
      rule: rule.name,
      severity: rule.severity,
      metric: rule.metric,
      destination_id: destination?.id ?? null,
      destination: destination?.title ?? null,
      source_id: source.id,
      source: source.name,
      state: 'firing',
      started: this.#now(),
      fired: null,
      resolved: null,
      value,
      threshold: 'threshold' in rule ? rule.threshold : null,
      detail: detail ?? detailOf(rule, value),
      suppressed: null,
      ended: null,
    };
  }

  #now(): number {
    const { clock } = this.#options;
    return Number(clock.wall(clock.now()) / 1_000_000n);
  }
}

const NO_RULE = 'the rule no longer applies';

/** Whether two versions of a rule are about the same thing, so that what one has found goes on by the other. */
const isSame = (rule: Rule, before: Rule): boolean =>
  rule.metric === before.metric &&
  ('state' in rule ? rule.state : null) === ('state' in before ? before.state : null);
