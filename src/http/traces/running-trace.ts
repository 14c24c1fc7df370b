import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import type { Settings } from '../../entities/settings.ts';
import type { TransportName } from '../../io/choose-transport.ts';
import { SystemResolver } from '../../io/resolver.ts';
import type { Logger } from '../../logger.ts';
import { faultNote } from '../../trace/fault.ts';
import { ReverseNames } from '../../trace/reverse-names.ts';
import { Trace } from '../../trace/trace.ts';
import type { TraceBody } from '../schemas/trace.ts';

/** From one probe to a hop to the next, and how long an answer is waited for at most, ms: routers are not to be bothered more. */
const INTERVAL = 1000;
const LONGEST_TIMEOUT = 3000;

/** The highest TTL. */
const MOST_HOPS = 30;

/** So long a trace takes at most, ms. */
const LONGEST = 300_000;

/** How long names that are not found yet are waited for at the end, ms. */
const LAST_NAMES = 1000;

export interface RunningTraceOptions {
  destination: Settings;
  /** Probes to each hop. */
  count: number;
  transport: TransportName;
  logger: Logger;
  /** The high bytes of identifiers that others have. */
  taken: ReadonlySet<number>;
}

/** A trace of the path to a destination, which ends by itself. */
export class RunningTrace {
  readonly id = randomBytes(8).toString('hex');
  /** Resolves when its sockets are closed. */
  readonly ended: Promise<void>;
  readonly #options: RunningTraceOptions;
  readonly #target: string;
  readonly #trace: Trace;
  readonly #names = new ReverseNames();
  #isRunning = true;
  #enough = () => {};

  private constructor(options: RunningTraceOptions, target: string, trace: Trace) {
    this.#options = options;
    this.#target = target;
    this.#trace = trace;
    trace.pinger.on('result', ({ address }) => address !== null && this.#names.nameOf(address));
    this.ended = this.#run();
  }

  /** Throws ResolveError for a name without an address, and TransportError where no sockets can be opened. */
  static async start(options: RunningTraceOptions): Promise<RunningTrace> {
    const { destination, count, transport, logger, taken } = options;
    const { protocol, port, timeout, data } = destination;
    const address = await addressOf(destination);
    const trace = new Trace({
      destination: {
        ...{ address, protocol, port },
        interval: INTERVAL,
        timeout: Math.min(timeout, LONGEST_TIMEOUT),
        data: data.toString(),
      },
      ...{ count, maxHops: MOST_HOPS, transport, logger, taken },
    });
    await trace.pinger.start();
    return new RunningTrace(options, address, trace);
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  get sourceid(): number {
    return this.#trace.sourceid;
  }

  /** Resolves when it has ended. */
  end(): Promise<void> {
    this.#enough();
    return this.ended;
  }

  /** What is known by now. */
  body(): TraceBody {
    const { path } = this.#trace;
    const { problem } = path;
    return {
      id: this.id,
      destination_id: this.#options.destination.id,
      target: this.#target,
      count: this.#options.count,
      state: this.#isRunning ? 'running' : problem === undefined ? 'done' : 'failed',
      problem: problem === undefined ? null : `no probe could be sent: ${problem}`,
      hops: path.figures().map(({ addresses, fault, ...figures }) => ({
        ...figures,
        addresses: addresses.map((address) => ({ address, name: this.#names.nameOf(address) })),
        fault: fault && faultNote(fault),
      })),
    };
  }

  async #run(): Promise<void> {
    const enough = new Promise<void>((resolve) => {
      this.#enough = resolve;
    });
    const timer = setTimeout(this.#enough, LONGEST);
    await Promise.race([this.#trace.done, enough]);
    clearTimeout(timer);
    this.#trace.freeze();
    await Promise.race([this.#names.settled(LAST_NAMES), enough]);
    this.#names.close();
    // What ends a monitor of one path ends this trace, and nothing else.
    await this.#trace.pinger.stop().catch((error: Error) => {
      this.#options.logger.warn('trace.failed', { error: error.message });
    });
    this.#isRunning = false;
  }
}

/** The numeric address of a destination. Throws ResolveError. */
async function addressOf({ address, family }: Settings): Promise<string> {
  if (isIP(address) !== 0) return address;
  const resolver = new SystemResolver();
  try {
    const { addresses } = await resolver.resolve(address, family);
    return addresses[0] ?? address;
  } finally {
    resolver.close();
  }
}
