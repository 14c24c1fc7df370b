import type { Clock } from '../io/clock.ts';
import { AlertBook, type AlertBookOptions, type AlertFacts, type Subject } from './alert-book.ts';
import type { AlertConfig } from './config.ts';
import { spanText } from './durations.ts';
import type { Rule } from './rule.ts';

/** What the database says of a source. */
export interface SourceSign {
  id: number;
  name: string | null;
  /** When it gave a sign of life last by its own clock, ns since the Unix epoch; null: never. */
  seen: string | null;
  /** Whether it was stopped on purpose. */
  stopped: boolean;
}

/** How often signs are looked for, ms; they are given as often. */
export const LOOKED_EVERY = 5000;

/** One that has given no sign for so long tells nobody of others, ms. */
const ABSENT = 30_000;

/** Who was silent for longer than this when it was first looked is not missed, ms: nobody has deleted its row. */
const FORGOTTEN = 86_400_000;

/** Another source of the same database. Times in ms, monotonic. */
class OtherSource implements Subject {
  readonly id = null;
  readonly probed = true;
  readonly title: string;
  rules: readonly Rule[] = [];
  /** When its sign of life became another one, as far as this process has seen. */
  changedAt: number;
  /** Whether it is missed when it is silent. */
  isMissed = false;
  sign: SourceSign;

  constructor(sign: SourceSign, now: number) {
    this.sign = sign;
    this.title = `source ${sign.name ?? sign.id}`;
    this.changedAt = now;
  }
}

export interface SilenceWatchOptions extends Omit<AlertBookOptions<OtherSource>, 'verdict'> {
  clock: Clock;
  /** Whether everything is in maintenance: `maintenance 3`. */
  maintenance: () => string | undefined;
}

/**
 * Sees which other sources of the database give no sign of life any more. One of those that do tells of it: the one with the lowest id.
 *
 * Clocks of other hosts are not looked at, but for whether a sign is a day old: what counts is for how long it has been the same.
 */
export class SilenceWatch {
  readonly #options: SilenceWatchOptions;
  readonly #book: AlertBook<OtherSource>;
  readonly #sources = new Map<number, OtherSource>();
  #rules: readonly Rule[] = [];
  #lookedAt: number | undefined;

  constructor(options: SilenceWatchOptions) {
    this.#options = options;
    this.#book = new AlertBook({
      ...options,
      verdict: () => {
        const by = options.maintenance();
        return by === undefined ? { is: 'clear' } : { is: 'suppressed', by };
      },
    });
  }

  /** Whether anybody wants to know. */
  get isWanted(): boolean {
    return this.#rules.length > 0;
  }

  follow(config: AlertConfig): void {
    this.#rules = config.rules.filter(({ metric }) => metric === 'silence');
    for (const source of this.#sources.values()) source.rules = this.#rules;
    this.#book.follow(config);
  }

  /** Takes alerts of its own that were told before this process began. To be called after `follow`. */
  restore(alerts: readonly AlertFacts['alert'][], signs: readonly SourceSign[]): void {
    this.#know(signs, this.#options.clock.now());
    const found = new Map([...this.#sources.values()].map((source) => [source.title, source]));
    for (const { destination } of alerts) {
      const source = found.get(destination ?? '');
      if (!source) continue;
      source.isMissed = true;
      // It was silent, and is so until its sign is another one.
      source.changedAt = Number.NEGATIVE_INFINITY;
    }
    this.#book.restore(alerts, ({ destination }) => found.get(destination ?? ''));
  }

  /** What the database says now. */
  take(signs: readonly SourceSign[]): void {
    const now = this.#options.clock.now();
    // While nobody could look, nobody was silent: the database was away, or this host asleep.
    const missed = now - (this.#lookedAt ?? now) - LOOKED_EVERY;
    if (missed > LOOKED_EVERY) for (const source of this.#sources.values()) source.changedAt += missed;
    this.#lookedAt = now;
    this.#know(signs, now);
    const teller = this.#teller(now);
    for (const source of this.#sources.values())
      if (teller === undefined) this.#judge(source, now);
      else this.#book.close(source, `source ${teller} tells of it`);
  }

  close(): void {
    this.#book.stop();
  }

  #know(signs: readonly SourceSign[], now: number): void {
    const { clock, source: own } = this.#options;
    const wall = clock.wall(now);
    const present = new Set(signs.map(({ id }) => id));
    for (const [id, source] of this.#sources)
      if (!present.has(id)) {
        this.#book.close(source, 'the source was removed');
        this.#sources.delete(id);
      }
    for (const sign of signs) {
      if (sign.id === own.id || sign.seen === null) continue;
      let source = this.#sources.get(sign.id);
      // Of another name it is another one to people.
      if (!source || source.sign.name !== sign.name) {
        if (source) this.#book.close(source, 'the source is another one now');
        source = new OtherSource(sign, now);
        source.isMissed = Number(wall - BigInt(sign.seen)) / 1e6 < FORGOTTEN;
        source.rules = this.#rules;
        this.#sources.set(sign.id, source);
      } else if (source.sign.seen !== sign.seen) {
        source.changedAt = now;
        source.isMissed = true;
      }
      source.sign = sign;
    }
  }

  /** Who tells of silent sources, where it is not this one. */
  #teller(now: number): string | undefined {
    const { id: own } = this.#options.source;
    const other = [...this.#sources.values()]
      .filter(
        ({ sign: { id, stopped }, changedAt, isMissed }) =>
          id < own && isMissed && !stopped && now - changedAt < ABSENT,
      )
      .sort((a, b) => a.sign.id - b.sign.id)[0];
    return other && String(other.sign.name ?? other.sign.id);
  }

  #judge(source: OtherSource, now: number): void {
    const { isMissed, changedAt, sign } = source;
    if (!isMissed) return;
    for (const rule of this.#rules) {
      const isSilent = !sign.stopped && now - changedAt >= rule.span;
      this.#book.judge({
        rule,
        destination: source,
        judgment: { verdict: isSilent ? 'bad' : 'good', value: null },
        detail: `no sign of life for ${spanText(rule.span)}`,
      });
    }
  }
}
