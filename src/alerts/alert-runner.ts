import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { createActor, waitFor } from 'xstate';
import { actorClock, type Clock, SystemClock } from '../io/clock.ts';
import { type Logger, SILENT } from '../logger.ts';
import { alertsMachine } from '../machines/alerts.ts';
import type { DestinationStatus } from '../machines/destination-status.ts';
import type { Pinger } from '../pinger.ts';
import type { AlertFacts } from './alert-book.ts';
import { type AlertDatabase, AlertStore } from './alert-store.ts';
import { AlertWatch } from './alert-watch.ts';
import { Outbox } from './outbox.ts';
import { type Send, send } from './send/send.ts';

export interface AlertRunnerOptions {
  /** Where rules and alerts are; the monitor's own unless given. */
  database?: AlertDatabase;
  logger?: Logger;
  /** The monitor's. */
  clock?: Clock;
  /** Tells channels; as their rows say unless given. */
  send?: Send;
  /** Told of all that comes of alerts. */
  found?: (facts: AlertFacts) => void;
  /** Names alerts and messages; random unless given. */
  uuid?: () => string;
  /** How often it is asked whether tables have been edited, ms; 1000 unless given. */
  pollDelay?: number;
  /** Counts edits, where somebody knows of all of them: without another one, tables are not asked. */
  edits?: () => number;
  /** Gives everybody else a turn; the event loop's unless given. */
  breathe?: () => Promise<void>;
}

/** How soon an edit takes effect, ms. */
const POLL_DELAY = 1000;

/** Watches a monitor's results by the rules of its database, and has what they find told. */
export class AlertRunner {
  readonly #pinger: Pick<Pinger, 'on'>;
  readonly #options: AlertRunnerOptions & { database: AlertDatabase };
  readonly #statuses: DestinationStatus[] = [];
  #actor: ReturnType<typeof createActor<typeof alertsMachine>> | undefined;
  #watch: AlertWatch | undefined;

  /** The alerts of a monitor that has not been started. */
  constructor(pinger: Pick<Pinger, 'on' | 'database'>, options: AlertRunnerOptions = {}) {
    const database = options.database ?? pinger.database;
    if (!database) throw new TypeError('a pinger with a store of its own needs a database for its alerts');
    this.#pinger = pinger;
    this.#options = { ...options, database };
    this.#pinger.on('destination', (status) => {
      if (this.#watch) this.#watch.follow(status);
      else this.#statuses.push(status);
    });
    this.#pinger.on('result', (result) => this.#watch?.take(result));
    this.#pinger.on('host', (condition) => this.#watch?.hear(condition));
  }

  /** Begins, once the monitor has started as this source. */
  start(source: { id: number; name: string | null }): void {
    const { database, clock = new SystemClock(), logger = SILENT, pollDelay = POLL_DELAY } = this.#options;
    const { uuid = randomUUID, found, edits } = this.#options;
    const watch = new AlertWatch({
      clock,
      source,
      uid: uuid,
      breathe: this.#options.breathe ?? (() => turn()),
      record: (facts) => {
        found?.(facts);
        this.#actor?.send({ type: 'alert.recorded', facts });
      },
    });
    for (const status of this.#statuses.splice(0)) watch.follow(status);
    this.#watch = watch;
    this.#actor = createActor(alertsMachine, {
      clock: actorClock(clock),
      input: {
        store: new AlertStore(database),
        outbox: new Outbox(database, uuid),
        watch,
        send: this.#options.send ?? send,
        sourceId: source.id,
        clock,
        logger,
        pollDelay,
        edits,
      },
    }).start();
  }

  /** Resolves when everything found is stored. To be called before the monitor stops: what it gives up at its end is no loss. */
  async close(): Promise<void> {
    const actor = this.#actor;
    if (!actor) return;
    actor.send({ type: 'alerts.closed' });
    await waitFor(actor, ({ status }) => status !== 'active');
    this.#watch = undefined;
  }
}
