import type { PacketDevice } from '../io/tun.ts';
import { MILLISECOND, SECOND } from '../network/scheduler.ts';
import type { RealTimeScheduler } from './real-time-scheduler.ts';

export interface DeviceLoopHandlers {
  /** A packet has come, now. */
  received(packet: Buffer): void;
  /** The device is gone. */
  failed(error: Error): void;
}

/**
 * Node's timers count in whole milliseconds and are late by up to two. They are left for the kernel's, which are
 * exact, when this much is left; ns
 */
const FINE = 3 * MILLISECOND;
const MARGIN = 2 * MILLISECOND;

/** For so long at a time nothing else of the process happens, ns. */
const SLICE = MILLISECOND;

/**
 * For so long after a packet the next one is waited for in slices, ns. That costs 5 % of a core, *measured*, and spares the packet
 * 0.1 ms: so long takes an idle machine to wake up.
 */
const ATTENTION = 2 * SECOND;

/** A thread that sleeps wakes up late by as much, ns, as *measured*: it stays awake for the rest. */
const WAKING = 100_000;

/** So many packets are read before something else has its turn. */
const BATCH = 256;

/** Node takes no longer delays, ms. */
const LONGEST_DELAY = 2 ** 31 - 1;

/** Takes packets from a device as they come, and has everything else happen when it is due, to some 10 µs. */
export class DeviceLoop {
  readonly #device: PacketDevice;
  readonly #scheduler: RealTimeScheduler;
  readonly #handlers: DeviceLoopHandlers;
  #timer: NodeJS.Timeout | undefined;
  #soon: NodeJS.Immediate | undefined;
  #stopped = false;
  /** When the last packet came, ns. */
  #lastAt = Number.NEGATIVE_INFINITY;

  constructor(device: PacketDevice, scheduler: RealTimeScheduler, handlers: DeviceLoopHandlers) {
    this.#device = device;
    this.#scheduler = scheduler;
    this.#handlers = handlers;
  }

  /** Nothing happens before the event loop's next turn. */
  start(): void {
    this.#device.watch(() => this.#turn());
    this.#soon = setImmediate(() => this.#turn());
  }

  /** Nothing happens any more. The device stays open. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearImmediate(this.#soon);
  }

  #turn(): void {
    if (this.#stopped) return;
    try {
      this.#read();
    } catch (error) {
      this.stop();
      this.#handlers.failed(error as Error);
      return;
    }
    this.#scheduler.advance();
    if (!this.#stopped) this.#arrange();
  }

  #read(): void {
    for (let count = 0; count < BATCH; count++) {
      const packet = this.#device.read();
      if (!packet) return;
      this.#lastAt = this.#scheduler.clock();
      this.#scheduler.advance(() => this.#handlers.received(packet));
    }
  }

  /** Sees to it that the next turn comes in time. */
  #arrange(): void {
    clearTimeout(this.#timer);
    const next = this.#scheduler.next() ?? Number.POSITIVE_INFINITY;
    const now = this.#scheduler.clock();
    const left = next - now;
    if (left > FINE && now - this.#lastAt > ATTENTION) {
      if (left === Number.POSITIVE_INFINITY) return;
      const delay = Math.floor((left - MARGIN) / MILLISECOND);
      this.#timer = setTimeout(() => this.#turn(), Math.min(delay, LONGEST_DELAY));
      return;
    }
    if (left > WAKING) this.#device.wait(Math.min(SLICE, left - WAKING));
    else {
      while (this.#scheduler.clock() < next);
      this.#scheduler.advance();
    }
    clearImmediate(this.#soon);
    this.#soon = setImmediate(() => this.#turn());
  }
}
