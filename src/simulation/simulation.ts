import { EventEmitter } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import type { AlertDatabase } from '../alerts/alert-store.ts';
import type { Counters } from '../counters.ts';
import type { Clock } from '../io/clock.ts';
import { MILLISECOND } from '../network/scheduler.ts';
import type { Pinger } from '../pinger.ts';
import { eventOf, type HappeningGiven } from '../scenario/event.ts';
import type { Scenario } from '../scenario/schema.ts';
import type { TimelineEvent } from '../scenario/timeline-schema.ts';
import { type Given, parseDuration } from '../scenario/units.ts';
import type { NewResult } from '../storage/store.ts';
import { partsOf, type SimulationOptions, type SimulationParts } from './parts.ts';
import type { SimulationReport } from './report.ts';
import type { SimulatedClock } from './simulated-clock.ts';

export interface SimulationEvents {
  result: [result: NewResult];
}

/**
 * A pinger in a simulated network, on a clock that passes only when it is told to.
 *
 * Machines, packets, recorder and database are those of any pinger. The same scenario and seed give the same results
 * to the last bit.
 */
export class Simulation extends EventEmitter<SimulationEvents> {
  readonly scenario: Scenario;
  /** The monitor in it. */
  readonly pinger: Pinger;
  readonly #parts: SimulationParts;
  readonly #clock: SimulatedClock;
  /** What has happened that the scenario does not know of. */
  readonly #applied: TimelineEvent[] = [];
  #turns = 0;
  #running = false;
  #wanted: ((result: NewResult) => boolean) | undefined;
  #found: NewResult | undefined;

  private constructor(scenario: Scenario, parts: SimulationParts) {
    super();
    this.scenario = scenario;
    this.#parts = parts;
    this.#clock = parts.clock;
    this.pinger = parts.pinger;
    this.pinger.on('result', (result) => this.#take(result));
  }

  /** A simulation at its beginning: the destinations are in the table, and the monitor is running. Throws DatabaseError. */
  static async start(scenario: Scenario, options: SimulationOptions = {}): Promise<Simulation> {
    const parts = await partsOf(scenario, options);
    try {
      const simulation = new Simulation(scenario, parts);
      const { source } = await parts.pinger.start();
      parts.alerts?.start(source);
      await simulation.#settle();
      return simulation;
    } catch (error) {
      await parts.database.close();
      throw error;
    }
  }

  /** Time since the start, ms. */
  get now(): number {
    return this.#clock.world.now() / MILLISECOND;
  }

  /** The source's own clock, for whatever else is to live in the same time. */
  get clock(): Clock {
    return this.#clock;
  }

  /** The database, in the same time. */
  get database(): AlertDatabase {
    return this.#parts.store.access;
  }

  /** How long the scenario is, ms. */
  get duration(): number {
    return this.scenario.duration / MILLISECOND;
  }

  /** Lets so much time pass: `5m`, or ms; without it, all that is left of the scenario. */
  async run(time?: Given): Promise<void> {
    const now = this.#clock.world.now();
    const until = time === undefined ? this.scenario.duration : now + parseDuration(time);
    // What happens at its end is no longer part of it.
    if (until > now) await this.#advance(until - 1);
    this.#clock.rest(until);
  }

  /** Goes on to the next moment at which anything happens, and returns it: ms since the start. */
  async step(): Promise<number> {
    await this.#advance(this.#clock.next() ?? this.#clock.world.now());
    return this.now;
  }

  /** Lets time pass until there is such a result, and returns it. Rejects when the scenario ends before. */
  async until(wanted: (result: NewResult) => boolean): Promise<NewResult> {
    this.#wanted = wanted;
    try {
      await this.#advance(this.scenario.duration - 1);
      if (this.#found) return this.#found;
    } finally {
      this.#wanted = undefined;
      this.#found = undefined;
    }
    this.#clock.rest(this.scenario.duration);
    throw new Error(`scenario "${this.scenario.name}" has ended, and there was no such result`);
  }

  /**
   * Has something happen now, as the timeline of a scenario would say it, but for `at`: `{ outage: 'uplink', for: '30s' }`.
   * Throws ScenarioError.
   */
  apply(given: HappeningGiven): void {
    const timeline = [...this.scenario.timeline, ...this.#applied];
    const event = eventOf(given, { ...this.scenario, timeline }, this.#clock.world.now());
    this.#applied.push(event);
    if ('repeat' in event) this.#parts.timeline.plan([event]);
    else this.#parts.timeline.start(event);
  }

  /** Runs the rest of the scenario, stops the monitor and tells how it came out. */
  async finish(): Promise<SimulationReport> {
    await this.run();
    return this.stop();
  }

  /** Stops the monitor now, gives what is in flight its time, closes the database and tells how it came out. Throws DatabaseError. */
  async stop(): Promise<SimulationReport> {
    const end = this.#clock.world.now();
    let stopping = true;
    const stopped = this.#end().finally(() => {
      stopping = false;
    });
    stopped.catch(() => undefined);
    try {
      while (stopping) {
        if (this.#clock.next() === undefined) await turn();
        else await this.#advance(this.#clock.next() as number);
      }
      const { sent, stored, missed } = await stopped;
      await this.#parts.store.settled();
      const { observations, alertObservations } = this.#parts;
      const destinations = observations.reports(end);
      const alerts = alertObservations?.report(end) ?? null;
      const holds = [...destinations, ...(alerts ? [alerts] : [])].every(({ expectations }) =>
        expectations.every((each: { holds: boolean }) => each.holds),
      );
      const { name, seed } = this.scenario;
      const duration = end / MILLISECOND;
      const unjudged = observations.unjudged(end) + (alertObservations?.unjudged(end) ?? 0);
      return { scenario: name, seed, duration, sent, stored, missed, destinations, alerts, holds, unjudged };
    } finally {
      await this.#parts.database.close();
    }
  }

  async #end(): Promise<Counters> {
    // Whoever waits for nothing lets time pass, too.
    if (this.#parts.alerts) await this.#parts.alerts.close();
    return this.pinger.stop();
  }

  async #advance(until: number): Promise<void> {
    if (this.#running) throw new Error('the simulation is running already');
    this.#running = true;
    try {
      for (;;) {
        if (this.#isBusy) await this.#settle();
        if (this.#found) break;
        const whose = this.#clock.advance(until);
        if (whose === undefined) break;
        if (whose === 'world') continue;
        // What the process does next it does before time goes on, such as sending what has fallen due.
        await undefined;
        if (++this.#turns % TURNS === 0) await turn();
      }
      if (!this.#found) this.#clock.rest(until);
    } finally {
      this.#running = false;
    }
  }

  get #isBusy(): boolean {
    return this.#parts.store.busy || this.#parts.resolver.busy || this.#parts.spill?.busy === true;
  }

  /** Resolves when nobody waits for the database, for the disk or for a name any more. */
  async #settle(): Promise<void> {
    do {
      if (this.#parts.store.busy) await this.#parts.store.settled();
      await turn();
    } while (this.#isBusy);
    if (this.#parts.failures.length > 0) throw this.#parts.failures[0];
  }

  #take(result: NewResult): void {
    this.#parts.observations.take(result, this.#clock.worldAt(result.sentAt ?? this.#clock.now()));
    this.emit('result', result);
    if (!this.#found && this.#wanted?.(result)) this.#found = result;
  }
}

/** So often the event loop gets its turn, in which results are written and signals come. */
const TURNS = 256;
