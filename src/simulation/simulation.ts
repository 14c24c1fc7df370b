import { EventEmitter } from 'node:events';
import { isIP } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { AlertRunner } from '../alerts/alert-runner.ts';
import type { AlertDatabase } from '../alerts/alert-store.ts';
import type { Send } from '../alerts/send/send.ts';
import type { Counters } from '../counters.ts';
import type { Clock } from '../io/clock.ts';
import type { Family } from '../io/transport.ts';
import { type Logger, SILENT } from '../logger.ts';
import { RandomStream } from '../network/random.ts';
import { MILLISECOND } from '../network/scheduler.ts';
import { createPinger, type Pinger } from '../pinger.ts';
import { eventOf, type HappeningGiven } from '../scenario/event.ts';
import type { Scenario } from '../scenario/schema.ts';
import type { TimelineEvent } from '../scenario/timeline-schema.ts';
import { type Given, parseDuration } from '../scenario/units.ts';
import { databaseName } from '../storage/database-url.ts';
import type { SpillSettings } from '../storage/spill-settings.ts';
import { DatabaseError, type NewResult } from '../storage/store.ts';
import { TypeormStore } from '../storage/typeorm-store.ts';
import { Ledger } from './ledger.ts';
import { Observations } from './observations.ts';
import type { SimulationReport } from './report.ts';
import { editRows, insertRows } from './row-edits.ts';
import { SimulatedClock } from './simulated-clock.ts';
import { SimulatedResolver } from './simulated-resolver.ts';
import { SimulatedSpill } from './simulated-spill.ts';
import { SimulatedStore } from './simulated-store.ts';
import { type PacketObserver, SimulatedTransport } from './simulated-transport.ts';
import { Timeline } from './timeline.ts';
import { World } from './world.ts';

/** What a simulation may be given besides its scenario. */
export interface SimulationOptions {
  /** URL of the database, which has to be new or empty; one in memory unless given. */
  database?: string;
  logger?: Logger;
  /** Where results wait while the database is down, on the real disk; in memory unless given. */
  spill?: SpillSettings;
  /** Told of every packet that leaves the source or comes back to it. */
  observer?: PacketObserver;
  /** Watches by the rules of the database; whom they tell is told in this way. */
  alerts?: { send: Send };
}

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
  readonly #clock: SimulatedClock;
  readonly #store: SimulatedStore;
  readonly #database: TypeormStore;
  readonly #resolver: SimulatedResolver;
  readonly #spill: SimulatedSpill | undefined;
  readonly #timeline: Timeline;
  readonly #ledger = new Ledger();
  readonly #observations: Observations;
  readonly #alerts: AlertRunner | undefined;
  /** What has happened that the scenario does not know of. */
  readonly #applied: TimelineEvent[] = [];
  readonly #failures: unknown[] = [];
  #turns = 0;
  #running = false;
  #wanted: ((result: NewResult) => boolean) | undefined;
  #found: NewResult | undefined;

  private constructor(scenario: Scenario, database: TypeormStore, options: SimulationOptions) {
    super();
    this.scenario = scenario;
    this.#database = database;
    this.#store = new SimulatedStore(database);
    this.#clock = new SimulatedClock(BigInt(scenario.start) * BigInt(MILLISECOND));
    this.#resolver = new SimulatedResolver(this.#clock, scenario.names);
    const clock = this.#clock;
    const ledger = this.#ledger;
    this.#observations = new Observations(ledger, (name) => this.#resolver.seen(name));
    const { observer } = options;
    const transport = new SimulatedTransport(clock, addressesOf(scenario), {
      sent: (packet, at) => {
        ledger.sent(packet, at, world.network);
        observer?.sent(packet, at);
      },
      received: (packet, at) => {
        ledger.received(packet, at);
        observer?.received(packet, at);
      },
    });
    const world = new World(scenario, clock.world, (packet) => transport.deliver(packet));
    transport.connect(world.network);
    this.#timeline = new Timeline(
      clock.world,
      world,
      {
        resolve: (names) => this.#resolver.answer(names),
        interfaceDown: () => transport.takeDown(),
        databaseDown: () => this.#store.takeDown(),
        step: (by) => clock.step(by),
        suspend: (duration) => {
          clock.suspend();
          clock.world.schedule(clock.world.now() + duration, () => clock.resume());
        },
        pause: (duration) => clock.pause(duration, () => transport.read()),
        edit: (event) => {
          this.#store
            .edit((manager) => editRows(manager, event))
            .then((rows) => this.#observations.know(rows))
            .catch((error) => this.#failures.push(error));
        },
      },
      () => ledger.changed(),
    );
    this.#timeline.plan(scenario.timeline);
    const random = new RandomStream(scenario.seed, 'pinger');
    const { logger = SILENT, spill } = options;
    this.#spill = spill && new SimulatedSpill({ ...spill, logger });
    this.pinger = createPinger({
      clock,
      transport,
      resolver: this.#resolver,
      store: this.#store,
      source: scenario.source.name,
      random: () => random.uint32(),
      flushDelay: FLUSH_DELAY,
      lastAnswers: LAST_ANSWERS,
      logger,
      spill: this.#spill ?? false,
    });
    this.pinger.on('result', (result) => this.#take(result));
    this.#alerts =
      options.alerts &&
      new AlertRunner(this.pinger, {
        database: this.#store.access,
        clock,
        logger,
        send: options.alerts.send,
        breathe: () => Promise.resolve(),
      });
  }

  /** A simulation at its beginning: the destinations are in the table, and the monitor is running. Throws DatabaseError. */
  static async start(scenario: Scenario, options: SimulationOptions = {}): Promise<Simulation> {
    const url = options.database ?? IN_MEMORY;
    // Whatever is lost in a crash can be simulated again.
    const database = new TypeormStore(url, { ephemeral: true });
    await database.open();
    try {
      const simulation = new Simulation(scenario, database, options);
      await simulation.#prepare(url);
      return simulation;
    } catch (error) {
      await database.close();
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
    return this.#store.access;
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
    if ('repeat' in event) this.#timeline.plan([event]);
    else this.#timeline.start(event);
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
      await this.#store.settled();
      const destinations = this.#observations.reports(end);
      const holds = destinations.every(({ expectations }) => expectations.every((each) => each.holds));
      const { name, seed } = this.scenario;
      const duration = end / MILLISECOND;
      const unjudged = this.#observations.unjudged(end);
      return { scenario: name, seed, duration, sent, stored, missed, destinations, holds, unjudged };
    } finally {
      await this.#database.close();
    }
  }

  async #end(): Promise<Counters> {
    // Whoever waits for nothing lets time pass, too.
    if (this.#alerts) await this.#alerts.close();
    return this.pinger.stop();
  }

  async #prepare(url: string): Promise<void> {
    const rows = await this.#database.edit(async (manager) => {
      const [{ used }] = await manager.query(
        'SELECT EXISTS (SELECT 1 FROM destinations) OR EXISTS (SELECT 1 FROM results) AS used',
      );
      if (used)
        throw new DatabaseError(
          `database ${databaseName(url)}: has destinations or results already; a simulation needs a new one`,
          false,
        );
      return insertRows(manager, this.scenario.destinations);
    });
    this.#observations.know(rows);
    const { source } = await this.pinger.start();
    this.#alerts?.start(source);
    await this.#settle();
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
    return this.#store.busy || this.#resolver.busy || this.#spill?.busy === true;
  }

  /** Resolves when nobody waits for the database, for the disk or for a name any more. */
  async #settle(): Promise<void> {
    do {
      if (this.#store.busy) await this.#store.settled();
      await turn();
    } while (this.#isBusy);
    if (this.#failures.length > 0) throw this.#failures[0];
  }

  #take(result: NewResult): void {
    this.#observations.take(result, this.#clock.worldAt(result.sentAt ?? this.#clock.now()));
    this.emit('result', result);
    if (!this.#found && this.#wanted?.(result)) this.#found = result;
  }
}

const IN_MEMORY = 'sqlite::memory:';

/** In simulated time there is no crash to lose results in: what is written is whole batches. ms */
const FLUSH_DELAY = 3_600_000;

/** Every probe gets its whole timeout. ms */
const LAST_ANSWERS = 2 ** 31 - 1;

/** So often the event loop gets its turn, in which results are written and signals come. */
const TURNS = 256;

function addressesOf({ source }: Scenario): Partial<Record<Family, string>> {
  return Object.fromEntries(source.address.map((address) => [isIP(address), address]));
}
