import type { EventEmitter } from 'node:events';
import type { DestinationStatus } from '../machines/destination-status.ts';
import type { PingerEvents } from '../pinger.ts';
import { LiveDestination, type LiveResult } from './destination.ts';
import { LiveRecords } from './records.ts';

/** All destinations of a monitor as they are now, as its own results tell it. Who shows them asks what has changed. */
export class LiveOverview {
  readonly #destinations = new Map<number, LiveDestination>();
  readonly #records = new LiveRecords();
  readonly #watchers = new Set<Changes>();

  /** The overview of a monitor that has not been started. */
  static of(pinger: EventEmitter<PingerEvents>): LiveOverview {
    const overview = new LiveOverview();
    pinger.on('result', (result) => overview.take(result));
    pinger.on('destination', (status) => overview.follow(status));
    return overview;
  }

  get size(): number {
    return this.#destinations.size;
  }

  get(id: number): LiveDestination | undefined {
    return this.#destinations.get(id);
  }

  /** In no particular order. */
  all(): IterableIterator<LiveDestination> {
    return this.#destinations.values();
  }

  take(result: LiveResult): void {
    const destination = this.#destinations.get(result.destination_id);
    // Answers to probes of one that was removed come for some seconds.
    if (!destination) return;
    destination.take(result);
    for (const changes of this.#watchers) changes.destinations.add(destination.id);
  }

  follow(status: DestinationStatus): void {
    const { destination_id: id, label } = status;
    const known = this.#destinations.get(id);
    if (status.status === 'removed') {
      known?.release();
      this.#destinations.delete(id);
    } else {
      const destination = known ?? new LiveDestination(id, label, this.#records);
      destination.follow(status);
      this.#destinations.set(id, destination);
    }
    this.note(id);
  }

  /** Tells of an edit of a row that changes nothing of how it is probed. */
  note(id: number): void {
    for (const changes of this.#watchers) {
      changes.rows.add(id);
      changes.destinations.add(id);
    }
  }

  /** What changes from now on gathers there, until it is unwatched. */
  watch(): Changes {
    const changes: Changes = { destinations: new Set(), rows: new Set() };
    this.#watchers.add(changes);
    return changes;
  }

  unwatch(changes: Changes): void {
    this.#watchers.delete(changes);
  }
}

/** Ids; whoever has seen them takes them out. */
export interface Changes {
  /** Of those that have news of any kind; who is not in the overview any more has been removed. */
  readonly destinations: Set<number>;
  /** Of those whose row has changed. */
  readonly rows: Set<number>;
}
