import { type Scheduler, SECOND } from '../network/scheduler.ts';
import type { NameAnswer } from '../scenario/names-schema.ts';
import type { TimelineEvent } from '../scenario/timeline-schema.ts';
import type { Undo } from './overlays.ts';
import type { World } from './world.ts';

/** What events may change besides the network. */
export interface Surroundings {
  /** Has names stand for something else. */
  resolve(names: Readonly<Record<string, NameAnswer>>): Undo;
  /** Takes the source's own interface down. */
  interfaceDown(): Undo;
  /** Has the monitor's database take nothing. */
  databaseDown(): Undo;
  /** The wall clock jumps by so many ns. */
  step(by: number): void;
  /** The host sleeps for so many ns, or its process is not executed. */
  suspend(duration: number): void;
  pause(duration: number): void;
  /** Somebody edits the table of destinations. */
  edit(event: Extract<TimelineEvent, { kind: 'add' | 'change' | 'remove' }>): void;
}

/** Has events happen to a network and its surroundings. */
export class Timeline {
  readonly #scheduler: Scheduler;
  readonly #world: World;
  readonly #surroundings: Surroundings;
  readonly #changed: () => void;

  /** `changed` is called after the network has become another one. */
  constructor(scheduler: Scheduler, world: World, surroundings: Surroundings, changed: () => void) {
    this.#scheduler = scheduler;
    this.#world = world;
    this.#surroundings = surroundings;
    this.#changed = changed;
  }

  /** Has each event happen when its time comes. */
  plan(events: readonly TimelineEvent[]): void {
    for (const event of events) this.#plan(event, event.at, repetitions(event));
  }

  /** Has an event happen now, and end when it is over. */
  start(event: TimelineEvent): void {
    const undo = this.#begin(event);
    this.#changed();
    if (!undo || !('for' in event) || event.for === undefined) return;
    this.#scheduler.schedule(this.#scheduler.now() + event.for, () => {
      undo();
      this.#changed();
    });
  }

  /** The next repetition is planned when one begins, so that a million of them cost nothing before. */
  #plan(event: TimelineEvent, at: number, times: number): void {
    this.#scheduler.schedule(at, () => {
      if (times > 1 && 'repeat' in event && event.repeat)
        this.#plan(event, at + event.repeat.every, times - 1);
      this.start(event);
    });
  }

  #begin(event: TimelineEvent): Undo | undefined {
    const world = this.#world;
    const surroundings = this.#surroundings;
    switch (event.kind) {
      case 'outage':
        return world.cut(event.outage);
      case 'impair':
        return world.impair(event.impair, event.with);
      case 'route':
        return world.reroute(event.route, event.path, event.return);
      case 'reject':
        return world.reject(event.reject, event.with);
      case 'serve':
        return world.serve(event.serve, event.hosts);
      case 'resolve':
        return surroundings.resolve(event.resolve);
      case 'interface':
        return surroundings.interfaceDown();
      case 'database':
        return surroundings.databaseDown();
      case 'step':
        surroundings.step(event.step);
        return undefined;
      case 'leap':
        // A second that comes twice sets the clock back.
        surroundings.step(event.leap === 'insert' ? -SECOND : SECOND);
        return undefined;
      case 'suspend':
        surroundings.suspend(event.suspend);
        return undefined;
      case 'pause':
        surroundings.pause(event.pause);
        return undefined;
      default:
        surroundings.edit(event);
        return undefined;
    }
  }
}

const repetitions = (event: TimelineEvent): number =>
  'repeat' in event && event.repeat ? event.repeat.times : 1;
