import { isIP } from 'node:net';
import type { Clock, ClockTimer } from '../io/clock.ts';
import { type NameResolver, type Resolution, ResolveError } from '../io/resolver.ts';
import type { Family } from '../io/transport.ts';
import { MILLISECOND } from '../network/scheduler.ts';
import type { NameAnswer } from '../scenario/names-schema.ts';
import { Overlays, type Undo } from './overlays.ts';

type Answers = Readonly<Record<string, NameAnswer>>;

/** How long a name server that says nothing is waited for, ms: as SystemResolver's 2 s, three times. */
const PATIENCE = 6000;

/** Look-ups whose answers depend on the time. They take no time themselves, but for those that nobody answers. */
export class SimulatedResolver implements NameResolver {
  readonly #clock: Clock;
  readonly #overlays = new Overlays<Answers>();
  readonly #waiting = new Set<ClockTimer>();
  /** Every address that each name has been answered with. */
  readonly #seen = new Map<string, Set<string>>();
  #answers: Answers = {};
  /** Answers that whoever asked may not have been told yet. */
  #pending = 0;

  constructor(clock: Clock, answers: Answers) {
    this.#clock = clock;
    this.answer(answers);
  }

  /** Whether somebody is about to be told an answer. */
  get busy(): boolean {
    return this.#pending > 0;
  }

  /** Has names stand for something else. */
  answer(answers: Answers): Undo {
    return this.#overlays.add(answers, () => {
      const entries = this.#overlays.all.flatMap((each) => Object.entries(each));
      this.#answers = Object.fromEntries(entries.map(([name, answer]) => [keyOf(name), answer]));
    });
  }

  /** The addresses that a name has stood for so far. */
  seen(name: string): Iterable<string> {
    return this.#seen.get(keyOf(name)) ?? [];
  }

  async resolve(name: string, family: Family): Promise<Resolution> {
    const answer = this.#answers[keyOf(name)];
    if (answer && 'failure' in answer && answer.failure === 'timeout') await this.#silence();
    this.#pending++;
    // Counted down once whoever asked has been told.
    setImmediate(() => this.#pending--);
    return this.#resolution(name, family, answer);
  }

  close(): void {
    for (const timer of this.#waiting) timer.cancel();
  }

  #resolution(name: string, family: Family, answer: NameAnswer | undefined): Resolution {
    if (!answer) throw failure(name, 'NXDOMAIN');
    if ('failure' in answer) throw failure(name, answer.failure);
    const addresses = answer.addresses.filter((address) => isIP(address) === family);
    if (addresses.length === 0)
      throw new ResolveError(`host "${name}" has no IPv${family} address (ENODATA)`, 'ENODATA', true);
    const seen = this.#seen.get(keyOf(name)) ?? new Set();
    this.#seen.set(keyOf(name), seen);
    for (const address of addresses) seen.add(address);
    return { addresses, ttl: answer.ttl / MILLISECOND };
  }

  #silence(): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#clock.setTimer(this.#clock.now() + PATIENCE, () => {
        this.#waiting.delete(timer);
        resolve();
      });
      this.#waiting.add(timer);
    });
  }
}

const keyOf = (name: string): string => name.toLowerCase();

function failure(name: string, how: 'NXDOMAIN' | 'SERVFAIL' | 'timeout'): ResolveError {
  const [text, code] = {
    NXDOMAIN: [' does not exist', 'ENOTFOUND'],
    SERVFAIL: [': the name server failed to look it up', 'ESERVFAIL'],
    timeout: [': no answer from the name server', 'ETIMEOUT'],
  }[how] as [string, string];
  return new ResolveError(`host "${name}"${text} (${code})`, code, how === 'NXDOMAIN');
}
