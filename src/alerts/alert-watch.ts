import type { Clock } from '../io/clock.ts';
import type { DestinationStatus } from '../machines/destination-status.ts';
import type { HostCondition } from '../probing/local-conditions.ts';
import { AlertBook, type AlertFacts } from './alert-book.ts';
import type { AlertConfig } from './config.ts';
import { closing, isProbed } from './destination-status.ts';
import { MaintenanceWatch } from './maintenance-watch.ts';
import type { Rule } from './rule.ts';
import { SilenceWatch } from './silence-watch.ts';
import { SourceWatch } from './source-watch.ts';
import { type Verdict, verdictOf } from './verdict.ts';
import { fateOf, Watched, type WatchedResult } from './watched.ts';

export interface AlertWatchOptions {
  clock: Clock;
  source: { id: number; name: string | null };
  /** Told of each alert that begins, goes on or ends. */
  record: (facts: AlertFacts) => void;
  /** Random. */
  uid: () => string;
  /** Gives everybody else a turn. */
  breathe: () => Promise<void>;
}

/** After a start, a sleep or a time without a network, what is lost says nothing for so long, ms: networks take a while to come up. */
const SETTLING = 15_000;

/** Where one is down, it is looked whether all are, no sooner than so long after the last time, ms. */
const LOOKED_AGAIN = 100;

/** So many destinations are looked at before others have their turn. */
const AT_ONCE = 500;

/** Sees what rules find in a source's results, as they come. */
export class AlertWatch {
  readonly #options: AlertWatchOptions;
  readonly #destinations = new Map<number, Watched>();
  readonly #statuses = new Map<number, DestinationStatus>();
  readonly #source = new SourceWatch();
  readonly #book: AlertBook<Watched>;
  /** Of other sources of the same database. */
  readonly silence: SilenceWatch;
  #config: AlertConfig | undefined;
  readonly #maintenances = new MaintenanceWatch(() => this.#wall());
  /** Ids of those that are somebody's parent. */
  #parents: ReadonlySet<number> = new Set();
  /** When it was last looked whether all have fallen silent, ms. */
  #lookedAt = Number.NEGATIVE_INFINITY;
  /** Losses count from then on, ms. */
  #settlesAt: number;
  /** Nobody has a rule: then results are not looked at, which costs as much as it does to count them. */
  #isIdle = true;

  constructor(options: AlertWatchOptions) {
    const { clock, source, record, uid } = options;
    this.#options = options;
    this.#settlesAt = clock.now() + SETTLING;
    this.#book = new AlertBook({
      clock,
      source,
      record,
      uid,
      verdict: (destination, since) => this.#verdict(destination, since),
    });
    this.silence = new SilenceWatch({
      ...{ clock, source, record, uid },
      maintenance: () => this.#maintenances.general(),
    });
  }

  /** Alerts that are not over, in the memory of this process. */
  get open(): number {
    return this.#book.size;
  }

  /** What has become of a row; those from before the first configuration count, too. */
  follow(status: DestinationStatus): void {
    const { destination_id: id, label } = status;
    const before = this.#statuses.get(id);
    this.#statuses.set(id, status);
    if (status.status === 'removed') this.#statuses.delete(id);
    const destination = this.#destinations.get(id);
    if (!destination) return;
    destination.probed = isProbed(status);
    destination.forget();
    const reason = closing(status, before?.label ?? label);
    if (reason === undefined) this.#book.forget(destination);
    else this.#book.close(destination, reason);
  }

  take(result: WatchedResult): void {
    if (this.#isIdle) return;
    const destination = this.#destinations.get(result.destination_id);
    const fate = fateOf(result);
    if (!destination || !fate) return;
    const now = this.#options.clock.now();
    if (fate === 'received' && !destination.isHere && this.#source.received(now)) this.#recovered();
    const wasDown = destination.state === 'down';
    const isDoubtful = fate === 'lost' && now < this.#settlesAt;
    const isNews = destination.take(result, isDoubtful ? 'unknown' : fate, now);
    if (!wasDown && destination.state === 'down' && now - this.#lookedAt >= LOOKED_AGAIN)
      this.#lookAround(now);
    // What is found meanwhile is forgotten when it is over: thousands need not begin to be one.
    if (this.#source.isInTrouble) return;
    if (wasDown && destination.state === 'up' && this.#parents.has(destination.id))
      this.#forgetChildren(destination);
    if (isNews) this.#judge(destination, destination.rules, now);
    else if (this.#book.has(destination)) this.#judge(destination, destination.rules.filter(isFleeting), now);
  }

  #judge(destination: Watched, rules: readonly Rule[], now: number): void {
    for (const rule of rules) {
      const judgment = destination.judge(rule, now);
      if (judgment) this.#book.judge({ rule, destination, judgment });
    }
  }

  /** What the host has noticed of itself. */
  hear(condition: HostCondition): void {
    if (condition === 'suspended') this.#forgetAll();
    else if (this.#source.hear(condition === 'cut_off')) this.#recovered();
    this.#judgeSource();
  }

  /** To be called once a second. */
  look(): void {
    this.#lookAround(this.#options.clock.now());
    const ended = this.#maintenances.ended();
    if (ended.length === 0) return;
    for (const destination of this.#destinations.values())
      if (ended.some(({ selector }) => selector.matches(destination.row))) this.#forget(destination);
  }

  #lookAround(now: number): void {
    this.#lookedAt = now;
    this.#source.look(this.#destinations.values());
    this.#judgeSource();
  }

  #judgeSource(): void {
    const { isInTrouble, detail } = this.#source;
    for (const rule of this.#config?.rules ?? [])
      if (rule.metric === 'source')
        this.#book.judge({
          rule,
          destination: undefined,
          judgment: { verdict: isInTrouble ? 'bad' : 'good', value: null },
          detail,
        });
  }

  /** Goes by what tables say from now on. */
  async configure(config: AlertConfig): Promise<void> {
    const { breathe } = this.#options;
    this.#config = config;
    const wasIdle = this.#isIdle;
    this.#isIdle = config.rules.length === 0;
    // What it knows is from before.
    if (wasIdle && !this.#isIdle) this.#forgetWhatWas();
    this.#parents = new Set(config.parents.values());
    this.#maintenances.follow(config.maintenances);
    this.silence.follow(config);
    const rules = config.rules.filter(({ metric }) => metric !== 'source' && metric !== 'silence');
    const present = new Set<number>();
    let count = 0;
    for (const row of config.destinations) {
      if (++count % AT_ONCE === 0) await breathe();
      present.add(row.id);
      const known = this.#destinations.get(row.id);
      const destination = known ?? new Watched(row);
      destination.follow(
        row,
        rules.filter(({ selector }) => selector.matches(row)),
      );
      if (this.#maintenances.assign(row)) this.#forget(destination);
      if (known) continue;
      const status = this.#statuses.get(row.id);
      destination.probed = status !== undefined && isProbed(status);
      this.#destinations.set(row.id, destination);
    }
    for (const [id, destination] of this.#destinations) {
      const parentId = config.parents.get(id);
      const parent = parentId === undefined ? undefined : this.#destinations.get(parentId);
      // It may be what suppressed an alert.
      if (destination.parent && destination.parent !== parent) this.#forget(destination);
      destination.parent = parent;
      if (present.has(id)) continue;
      this.#book.close(destination, 'the destination was removed');
      this.#destinations.delete(id);
      this.#maintenances.delete(id);
    }
    this.#book.follow(config);
    this.#judgeSource();
    // What is bad already is no news to a rule that has come.
    for (const destination of [...this.#destinations.values()]) {
      if (++count % AT_ONCE === 0) await breathe();
      if (!this.#source.isInTrouble) this.#judge(destination, destination.rules, this.#options.clock.now());
    }
  }

  /** Goes on with alerts that were told before this process began. To be called after the first `configure`. */
  restore(alerts: readonly AlertFacts['alert'][]): void {
    this.#book.restore(alerts, ({ destination_id: id }) =>
      id === null ? undefined : this.#destinations.get(id),
    );
  }

  /** Nothing is found from now on; what is firing stays so. */
  close(): void {
    this.#book.stop();
    this.silence.close();
  }

  #verdict(destination: Watched | undefined, since: number): Verdict {
    const wall = this.#wall();
    if (!destination) {
      const by = this.#maintenances.general();
      return by === undefined ? { is: 'clear' } : { is: 'suppressed', by };
    }
    const maintenances = this.#maintenances.of(destination.id);
    return verdictOf({ source: this.#source, destination, maintenances, since, wall });
  }

  /** The source can see again. */
  #recovered(): void {
    this.#forgetAll();
    this.#judgeSource();
  }

  #forgetAll(): void {
    this.#settlesAt = this.#options.clock.now() + SETTLING;
    this.#forgetWhatWas();
  }

  #forgetWhatWas(): void {
    this.#source.forget();
    for (const destination of this.#destinations.values()) this.#forget(destination);
  }

  #forgetChildren(parent: Watched): void {
    for (const destination of this.#destinations.values())
      for (let above = destination.parent, depth = 0; above && depth < 16; above = above.parent, depth++)
        if (above === parent) {
          if (destination !== parent) this.#forget(destination);
          break;
        }
  }

  #forget(destination: Watched): void {
    destination.forget();
    this.#book.forget(destination);
  }

  #wall(): number {
    const { clock } = this.#options;
    return Number(clock.wall(clock.now()) / 1_000_000n);
  }
}

/** Goes by itself, without a result that would be news. */
const isFleeting = (rule: Rule): boolean => rule.metric === 'state' && rule.state === 'change';
