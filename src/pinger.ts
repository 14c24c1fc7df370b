import { randomFillSync, randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { hostname } from 'node:os';
import { createActor, waitFor } from 'xstate';
import { type Counters, countersOf, Meters } from './counters.ts';
import type { Destination } from './entities/destination.ts';
import type { Source } from './entities/source.ts';
import { type Keep, keepOf, problemOfKeep } from './history/keep.ts';
import { chooseTransport, type TransportName } from './io/choose-transport.ts';
import { actorClock, type Clock, SystemClock } from './io/clock.ts';
import { CountedTransport } from './io/counted-transport.ts';
import { type NameResolver, SystemResolver } from './io/resolver.ts';
import type { Transport } from './io/transport.ts';
import { type Logger, SILENT } from './logger.ts';
import type { DestinationStatus } from './machines/destination-status.ts';
import { pingerMachine } from './machines/pinger.ts';
import { type HostCondition, LocalConditions } from './probing/local-conditions.ts';
import type { DatabaseAccess } from './storage/database-access.ts';
import type { Spill } from './storage/spill.ts';
import type { NewDestination, NewResult } from './storage/store.ts';
import { type StorageOptions, spillOf, storesOf } from './storage/stores.ts';

/** Everything has a default: a pinger made without options is what the command line runs. */
export interface PingerOptions extends StorageOptions {
  /** Name of this host's row in `sources`; the host's name unless given. */
  source?: string;
  /** Destinations to add to the table where it does not have them yet (by address, protocol and port). */
  destinations?: NewDestination[];
  /** What to start with when there are no `destinations` here and none in the table. */
  firstDestinations?: NewDestination[];
  logger?: Logger;
  clock?: Clock;
  /** What moves packets: one that this host has, by its name (`auto` unless given), or one of your own. */
  transport?: Transport | TransportName;
  resolver?: NameResolver;
  /** How long each level of history is kept, ms: results 7 days, minutes 90 days, hours and days for ever, unless given. */
  keep?: Partial<Keep>;
  /** How long a result waits at most before it is written, ms; 450 unless given. */
  flushDelay?: number;
  /** How long `stop` waits for an answer at most, whatever its timeout, ms; 1000 unless given. */
  lastAnswers?: number;
  /** Whole numbers of 32 bits, for nonces; from the system's generator unless given. */
  random?: () => number;
}

export type PingerState = 'idle' | 'starting' | 'running' | 'stopping' | 'stopped';

export interface PingerEvents {
  /** A result has been made; it is stored within 500 ms. */
  result: [result: NewResult];
  /** A row of the destinations table is probed now, or changed, or no longer. */
  destination: [status: DestinationStatus];
  state: [state: PingerState];
  /** What the monitor's own host has noticed of itself. */
  host: [condition: HostCondition];
}

/** What a pinger found when it started. */
export interface Started {
  source: Source;
  /** Those of its `destinations` that were not in the table, and those that were. */
  added: Destination[];
  existing: Destination[];
}

/** A monitor: probes the destinations of its database's table, each on its own schedule, and stores every result. */
export class Pinger extends EventEmitter<PingerEvents> {
  /** Where results wait while the database takes none; undefined: in memory. */
  readonly spill: Spill | undefined;
  /** Its database, for whoever shows or edits it meanwhile; to be closed by `stop`. undefined where there is a `store` instead. */
  readonly database: DatabaseAccess | undefined;
  /** What moves packets, by its name; undefined where it is one of the caller's own. */
  readonly transportName: TransportName | undefined;
  readonly #transport: CountedTransport;
  readonly #meters = new Meters();
  readonly #actor;
  #state: PingerState = 'idle';

  constructor(options: PingerOptions = {}) {
    super();
    const clock = options.clock ?? new SystemClock();
    const { transport = 'auto', logger = SILENT } = options;
    const source = options.source ?? hostname();
    this.spill = spillOf({ ...options, source, logger });
    const meters = this.#meters;
    const keep = keepOf(options.keep);
    const problem = problemOfKeep(keep);
    if (problem !== undefined) throw new RangeError(problem);
    this.transportName = typeof transport === 'string' ? transport : undefined;
    this.#transport = new CountedTransport(
      typeof transport === 'string' ? chooseTransport(transport, clock) : transport,
    );
    const { store, access } = storesOf({ ...options, spilling: this.spill, keep, clock, logger });
    this.database = access;
    this.#actor = createActor(pingerMachine, {
      clock: actorClock(clock),
      input: {
        store,
        transport: this.#transport,
        clock,
        resolver: options.resolver ?? new SystemResolver(),
        logger,
        meters,
        conditions: new LocalConditions({
          clock,
          transport: this.#transport,
          meters,
          logger,
          noticed: (condition) => this.emit('host', condition),
        }),
        random: options.random ?? randomNumbers(),
        listeners: {
          result: (result) => this.emit('result', result),
          destination: (status) => this.emit('destination', status),
        },
        flushDelay: options.flushDelay ?? FLUSH_DELAY,
        lastAnswers: options.lastAnswers ?? LAST_ANSWERS,
        sourceName: source,
        writer: randomUUID(),
        spill: this.spill,
        destinations: options.destinations ?? [],
        firstDestinations: options.firstDestinations ?? [],
      },
    });
  }

  get state(): PingerState {
    return this.#state;
  }

  /** This host's row in `sources`, as it was found at the start; undefined before that. */
  get source(): Source | undefined {
    return this.#actor.getSnapshot().context.prepared?.source;
  }

  /** What keeps results from being stored now, in a few words; undefined while nothing does. */
  get trouble(): string | undefined {
    const { recorder, registry } = this.#actor.getSnapshot().context;
    if (recorder && recorder.getSnapshot().context.failures > 0) return 'the database takes no results';
    return registry?.getSnapshot().context.failing ? 'the database does not answer' : undefined;
  }

  /**
   * Opens the socket and the database and starts probing.
   * Rejects with TransportError (EPERM without the privilege for raw sockets, EACCES where not even datagram sockets of
   * ICMP are allowed) or DatabaseError.
   */
  async start(): Promise<Started> {
    this.#actor.subscribe(({ value }) => {
      this.#enter((typeof value === 'string' ? value : Object.keys(value)[0]) as PingerState);
    });
    this.#actor.start();
    const { context, output } = await waitFor(
      this.#actor,
      (snapshot) => snapshot.matches('running') || snapshot.status !== 'active',
    );
    if (output?.error) throw output.error;
    if (!context.prepared) throw new Error('pinger was stopped while it started');
    return context.prepared;
  }

  /**
   * Sends no more probes, gives those in flight until their timeout or `lastAnswers`, writes everything,
   * and closes the socket and the database. Rejects with what ended the pinger if it did not end well.
   */
  async stop(): Promise<Counters> {
    this.#actor.send({ type: 'pinger.stopped' });
    await this.database?.close();
    const { output } = await waitFor(this.#actor, ({ status }) => status !== 'active');
    if (output?.error) throw output.error;
    return this.counters();
  }

  counters(): Counters {
    return countersOf(this.#meters, this.#transport.total());
  }

  /** How often the recorder has taken up its work: every 5 s at least as long as results wait, whatever the database does. */
  recorderTurns(): number {
    return this.#meters.recorderTurns;
  }

  /** What moves packets now, where that has a name: `linux`, `datagram`, `raw-socket`. */
  get transportInUse(): string | undefined {
    return this.#transport.name;
  }

  /** How long after its due time a probe was sent: the given quantile (0–1) since the start, ms; NaN before the first. */
  lateness(quantile: number): number {
    return this.#meters.lateness.quantile(quantile) ?? Number.NaN;
  }

  #enter(state: PingerState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.emit('state', state);
  }
}

/** A pinger that has not been started. */
export const createPinger = (options?: PingerOptions): Pinger => new Pinger(options);

/** Short enough that little is lost in a crash, long enough that a statement stores many. ms */
const FLUSH_DELAY = 450;

/** Who stops a monitor does not want to wait for its longest timeout. ms */
const LAST_ANSWERS = 1000;

/** 32-bit numbers from the system's generator, drawn 1,024 at a time. */
function randomNumbers(): () => number {
  const pool = new Uint32Array(1024);
  let left = 0;
  return () => {
    if (left === 0) {
      randomFillSync(pool);
      left = pool.length;
    }
    return pool[--left] as number;
  };
}
