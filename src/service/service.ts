import type { Counters } from '../counters.ts';
import type { Clock, ClockTimer } from '../io/clock.ts';
import type { Logger } from '../logger.ts';
import { NotifySocket } from './notify-socket.ts';

/** What of a monitor shows that it lives. */
export interface Living {
  counters(): Pick<Counters, 'sent' | 'waiting' | 'spill_results'>;
  /** How often its recorder has taken up its work; the number only grows. */
  recorderTurns(): number;
}

export interface ServiceOptions {
  /** As the service manager has set it: NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID. What was read is removed: it is not for children. */
  environment: NodeJS.ProcessEnv;
  clock: Clock;
  logger: Logger;
}

/** How often the manager is told what goes on, at least, ms. */
const STATUS_EVERY = 10_000;

/** How often it is looked at what goes on, ms. */
const LOOK_EVERY = 2000;

/** A recorder with results to store takes up its work at least every 5 s, whatever the database does; so long it may take for one batch, ms. */
const LONGEST_TURN = 30_000;

/** Tells the service manager, if there is one, when a monitor runs, that it lives, and when it ends. */
export class Service {
  readonly #socket: NotifySocket | undefined;
  readonly #clock: Clock;
  readonly #logger: Logger;
  /** ms between two signs of life. */
  readonly #every: number;
  readonly #isWatched: boolean;
  #timer: ClockTimer | undefined;
  #turns = -1;
  #turnedAt = 0;
  #isStuck = false;

  constructor({ environment, clock, logger }: ServiceOptions) {
    const { NOTIFY_SOCKET: path, WATCHDOG_USEC: microseconds, WATCHDOG_PID: pid } = environment;
    for (const name of ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']) delete environment[name];
    this.#clock = clock;
    this.#logger = logger;
    this.#socket = path ? connected(path, logger) : undefined;
    const watchdog = Number(microseconds) / 1000;
    this.#isWatched = watchdog > 0 && (pid === undefined || Number(pid) === process.pid);
    // At least twice as often as is asked for, as the manager's own manual has it.
    this.#every = this.#isWatched ? Math.min(watchdog / 2, STATUS_EVERY) : STATUS_EVERY;
  }

  /** The monitor probes. */
  started(monitor: Living): void {
    this.#say('READY=1', statusOf(monitor));
    this.#turnedAt = this.#clock.now();
    let saidAt = Number.NEGATIVE_INFINITY;
    const look = () => {
      const now = this.#clock.now();
      this.#timer = this.#clock.setTimer(now + Math.min(this.#every, LOOK_EVERY), look);
      const wasStuck = this.#isStuck;
      this.#isStuck = this.#looksStuck(monitor, now);
      if (now - saidAt < this.#every && this.#isStuck === wasStuck) return;
      saidAt = now;
      this.#tell(monitor);
    };
    if (this.#socket) look();
  }

  /** The monitor writes what is left, and ends. */
  stopping(): void {
    this.#timer?.cancel();
    this.#say('STOPPING=1', 'STATUS=Storing what is left');
    this.#socket?.close();
  }

  #tell(monitor: Living): void {
    const status = statusOf(monitor);
    if (this.#isStuck) this.#say('STATUS=Results are made and not recorded');
    else if (this.#isWatched) this.#say('WATCHDOG=1', status);
    else this.#say(status);
  }

  /** Whether the recorder does nothing although there is something to do. That the event loop goes on shows in being asked. */
  #looksStuck(monitor: Living, now: number): boolean {
    const turns = monitor.recorderTurns();
    if (turns !== this.#turns || monitor.counters().waiting === 0) {
      this.#turns = turns;
      this.#turnedAt = now;
    }
    const isStuck = now - this.#turnedAt >= LONGEST_TURN;
    if (isStuck && !this.#isStuck)
      this.#logger.error('recorder.stuck', { seconds: Math.round((now - this.#turnedAt) / 1000) });
    return isStuck;
  }

  #say(...lines: string[]): void {
    if (this.#socket?.send(...lines) === false) this.#logger.debug('service.unheard', { lines });
  }
}

function connected(path: string, logger: Logger): NotifySocket | undefined {
  try {
    return NotifySocket.connect(path);
  } catch (error) {
    logger.warn('service.unreachable', { socket: path, error: (error as Error).message });
    return undefined;
  }
}

function statusOf(monitor: Living): string {
  const { sent, waiting, spill_results: spilled } = monitor.counters();
  const late = waiting > 0 ? `; ${waiting} results wait for the database` : '';
  return `STATUS=${sent} probes sent${late}${spilled > 0 ? `, ${spilled} of them on the disk` : ''}`;
}
