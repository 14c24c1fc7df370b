import type { Settings } from '../../entities/settings.ts';
import type { TransportName } from '../../io/choose-transport.ts';
import type { Logger } from '../../logger.ts';
import { RunningTrace } from './running-trace.ts';

/** So many run at once: each has sockets of its own. */
const MOST_RUNNING = 2;

/** So many are remembered, and each so long after its end, ms. */
const MOST_REMEMBERED = 20;
const MEMORY = 300_000;

export interface TracesOptions {
  transport: TransportName;
  logger: Logger;
  /** The high byte of the monitor's identifiers, which no trace takes. */
  sourceid: () => number | undefined;
}

/** As many run already as can. */
export class TooManyTraces extends Error {
  override readonly name = 'TooManyTraces';

  constructor() {
    super(`${MOST_RUNNING} traces run already: wait until one has ended, or end it`);
  }
}

/** The traces that somebody has asked a monitor for, and for some minutes what has come of them. */
export class Traces {
  readonly #options: TracesOptions;
  readonly #traces = new Map<string, RunningTrace>();
  #starting = 0;
  #isClosed = false;

  constructor(options: TracesOptions) {
    this.#options = options;
  }

  /** Starts one. Throws TooManyTraces, ResolveError for a name without an address, and TransportError. */
  async start(destination: Settings, count: number): Promise<RunningTrace> {
    const running = [...this.#traces.values()].filter(({ isRunning }) => isRunning);
    if (running.length + this.#starting >= MOST_RUNNING) throw new TooManyTraces();
    this.#starting++;
    try {
      const { transport, logger, sourceid } = this.#options;
      const taken = new Set([sourceid(), ...running.map((trace) => trace.sourceid)].filter(isNumber));
      const trace = await RunningTrace.start({ destination, count, transport, logger, taken });
      this.#remember(trace);
      if (this.#isClosed) await this.remove(trace.id);
      return trace;
    } finally {
      this.#starting--;
    }
  }

  get(id: string): RunningTrace | undefined {
    return this.#traces.get(id);
  }

  /** Ends one, and forgets it. */
  async remove(id: string): Promise<void> {
    const trace = this.#traces.get(id);
    this.#traces.delete(id);
    await trace?.end();
  }

  /** Ends all of them. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#traces.keys()].map((id) => this.remove(id)));
  }

  #remember(trace: RunningTrace): void {
    const [oldest] = [...this.#traces.values()].filter(({ isRunning }) => !isRunning);
    if (oldest && this.#traces.size >= MOST_REMEMBERED) this.#traces.delete(oldest.id);
    this.#traces.set(trace.id, trace);
    trace.ended.then(() => setTimeout(() => this.#traces.delete(trace.id), MEMORY).unref());
  }
}

const isNumber = (value: number | undefined): value is number => value !== undefined;
