import { isIP } from 'node:net';
import { AlertRunner } from '../alerts/alert-runner.ts';
import { idsIn } from '../alerts/selector.ts';
import type { Send } from '../alerts/send/send.ts';
import type { Family } from '../io/transport.ts';
import { type Logger, SILENT } from '../logger.ts';
import { RandomStream } from '../network/random.ts';
import { MILLISECOND } from '../network/scheduler.ts';
import { createPinger, type Pinger } from '../pinger.ts';
import type { Scenario } from '../scenario/schema.ts';
import { databaseName } from '../storage/database-url.ts';
import type { SpillSettings } from '../storage/spill-settings.ts';
import { DatabaseError } from '../storage/store.ts';
import { TypeormStore } from '../storage/typeorm-store.ts';
import { AlertObservations } from './alert-observations.ts';
import { Ledger } from './ledger.ts';
import { Observations } from './observations.ts';
import { editRows, insertAlerts, insertRows } from './row-edits.ts';
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
  /** Watches by the rules of the database; whom they tell is told in this way. A scenario with alerts does so without it, and tells nobody. */
  alerts?: { send: Send };
}

/** What a simulation is made of: a monitor, and everything around it in a time of its own. */
export interface SimulationParts {
  clock: SimulatedClock;
  store: SimulatedStore;
  /** The real one behind it. */
  database: TypeormStore;
  resolver: SimulatedResolver;
  spill: SimulatedSpill | undefined;
  timeline: Timeline;
  observations: Observations;
  /** undefined where the scenario says nothing of alerts. */
  alertObservations: AlertObservations | undefined;
  pinger: Pinger;
  alerts: AlertRunner | undefined;
  /** Edits of the timeline that the database has refused. */
  failures: unknown[];
}

const IN_MEMORY = 'sqlite::memory:';

/** In simulated time there is no crash to lose results in: what is written is whole batches. ms */
const FLUSH_DELAY = 3_600_000;

/** Every probe gets its whole timeout. ms */
const LAST_ANSWERS = 2 ** 31 - 1;

/** The parts of a simulation at its beginning, with the destinations in an open database. Throws DatabaseError. */
export async function partsOf(scenario: Scenario, options: SimulationOptions): Promise<SimulationParts> {
  const url = options.database ?? IN_MEMORY;
  // Whatever is lost in a crash can be simulated again.
  const database = new TypeormStore(url, { ephemeral: true });
  await database.open();
  try {
    const parts = assembled(scenario, database, options);
    await fill(parts, scenario, url);
    return parts;
  } catch (error) {
    await database.close();
    throw error;
  }
}

function assembled(
  scenario: Scenario,
  database: TypeormStore,
  { observer, logger = SILENT, spill: spillSettings, alerts: given }: SimulationOptions,
): SimulationParts {
  const failures: unknown[] = [];
  const seen = scenario.alerts && new AlertObservations(scenario.alerts.expect, () => clock.world.now());
  const store = new SimulatedStore(database);
  const clock = new SimulatedClock(BigInt(scenario.start) * BigInt(MILLISECOND));
  const resolver = new SimulatedResolver(clock, scenario.names);
  const ledger = new Ledger();
  const observations = new Observations(ledger, (name) => resolver.seen(name));
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
  const timeline = new Timeline(
    clock.world,
    world,
    {
      resolve: (names) => resolver.answer(names),
      interfaceDown: () => transport.takeDown(),
      databaseDown: () => store.takeDown(),
      step: (by) => clock.step(by),
      suspend: (duration) => {
        clock.suspend();
        clock.world.schedule(clock.world.now() + duration, () => clock.resume());
      },
      pause: (duration) => clock.pause(duration, () => transport.read()),
      edit: (event) => {
        store
          .edit((manager) => editRows(manager, event))
          .then((rows) => {
            observations.know(rows);
            seen?.know(rows);
          })
          .catch((error) => failures.push(error));
      },
    },
    () => ledger.changed(),
  );
  timeline.plan(scenario.timeline);
  const random = new RandomStream(scenario.seed, 'pinger');
  const spill = spillSettings && new SimulatedSpill({ ...spillSettings, logger });
  const pinger = createPinger({
    clock,
    transport,
    resolver,
    store,
    source: scenario.source.name,
    random: () => random.uint32(),
    flushDelay: FLUSH_DELAY,
    lastAnswers: LAST_ANSWERS,
    logger,
    spill: spill ?? false,
  });
  const uuids = new RandomStream(scenario.seed, 'alerts');
  const alerts =
    (given || seen) &&
    new AlertRunner(pinger, {
      database: store.access,
      clock,
      logger,
      send: async (channel, message, signal) => {
        seen?.told(channel.name);
        await given?.send(channel, message, signal);
      },
      found: (facts) => seen?.take(facts),
      uuid: () => uuidOf(uuids),
      edits: () => store.edits,
      breathe: () => Promise.resolve(),
    });
  return {
    ...{ clock, store, database, resolver, spill, timeline, observations },
    ...{ alertObservations: seen, pinger, alerts, failures },
  };
}

/** As random ones look: https://www.rfc-editor.org/rfc/rfc9562#section-5.4 */
function uuidOf(random: RandomStream): string {
  const hex = [0, 1, 2, 3].map(() => random.uint32().toString(16).padStart(8, '0')).join('');
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-8$4-$5');
}

/** Puts the scenario's destinations and rules into their tables; that of destinations has to be empty. */
async function fill(
  { database, observations, alertObservations }: SimulationParts,
  scenario: Scenario,
  url: string,
): Promise<void> {
  const rows = await database.edit(async (manager) => {
    const [{ used }] = await manager.query(
      'SELECT EXISTS (SELECT 1 FROM destinations) OR EXISTS (SELECT 1 FROM results) AS used',
    );
    if (used)
      throw new DatabaseError(
        `database ${databaseName(url)}: has destinations or results already; a simulation needs a new one`,
        false,
      );
    const rows = await insertRows(manager, scenario.destinations);
    if (scenario.alerts) await insertAlerts(manager, scenario, idsIn(rows.map(({ row }) => row)));
    return rows;
  });
  observations.know(rows);
  alertObservations?.know(rows);
}

function addressesOf({ source }: Scenario): Partial<Record<Family, string>> {
  return Object.fromEntries(source.address.map((address) => [isIP(address), address]));
}
