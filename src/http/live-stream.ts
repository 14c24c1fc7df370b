import { Readable } from 'node:stream';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import type { Changes, LiveOverview } from '../live/overview.ts';
import { changeOf, liveBody } from './live-body.ts';
import type { Live, Snapshot, Update } from './schemas/live.ts';

/** From one update to the next, ms; after one of many destinations longer: 0.2 ms for each, so that 10,000 are told every 2 s. */
const INTERVAL = 1000;
const INTERVAL_A_DESTINATION = 0.2;

/** So many destinations are in one event, and made without a pause: some ms. */
const DESTINATIONS_AN_EVENT = 200;

/** Making snapshots takes this share of the time at most: whoever comes again and again is kept waiting, and all who come meanwhile get the same. */
const SNAPSHOTS_SHARE = 0.05;

/** A comment goes out when nothing else does, ms: it keeps proxies from ending the connection, and finds out who has gone. */
const HEARTBEAT = 15_000;

/** How soon a client that has lost its connection comes back, ms. */
const RETRY = 2000;

/** Who reads so little that more than this waits for him, bytes beyond the snapshot, is let go; or who reads nothing for so long, ms. */
const MOST_WAITING = 4_194_304;
const LONGEST_PAUSE = 30_000;

export interface LiveStreamOptions {
  live: LiveOverview;
  /** How many clients there can be. */
  capacity: number;
}

/** What has been told of a destination last. */
interface Told {
  generation: number;
  body: Live;
}

/** Tells all clients what is now, in server-sent events: each made once for all of them. */
export class LiveStream {
  readonly #live: LiveOverview;
  readonly #capacity: number;
  readonly #clients = new Set<Client>();
  /** Those that have not got their snapshot yet. */
  readonly #joining = new Set<Client>();
  readonly #told = new Map<number, Told>();
  #changes: Changes | undefined;
  #isClosed = false;
  readonly #end = new AbortController();

  constructor({ live, capacity }: LiveStreamOptions) {
    this.#live = live;
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#clients.size + this.#joining.size;
  }

  /** The events for one more client; undefined where there are as many as there can be. */
  join(): Readable | undefined {
    if (this.#isClosed || this.size >= this.#capacity) return undefined;
    const client = new Client();
    client.stream.once('close', () => {
      this.#clients.delete(client);
      this.#joining.delete(client);
    });
    this.#joining.add(client);
    client.send(Buffer.from(`retry: ${RETRY}\n\n`));
    if (this.#changes) this.#wake?.();
    else void this.#run(this.#live.watch());
    return client.stream;
  }

  /** Ends all of them at once. */
  close(): void {
    this.#isClosed = true;
    this.#end.abort();
    for (const client of [...this.#clients, ...this.#joining]) client.end();
  }

  /** From when on there may be the next snapshot. */
  #welcomeFrom = 0;

  /** Ends the wait for the next update where a client has come. */
  #wake: (() => void) | undefined;

  /** As long as there are clients. Everything is told in turns, so that what a client gets goes on from its snapshot exactly. */
  async #run(changes: Changes): Promise<void> {
    this.#changes = changes;
    // From nothing on: who has come gets a snapshot.
    this.#told.clear();
    let due = performance.now();
    let last = due;
    while (this.size > 0 && !this.#isClosed) {
      if (this.#joining.size > 0 && performance.now() >= this.#welcomeFrom) await this.#welcome(changes);
      const now = performance.now();
      if (now >= due) {
        const told = await this.#tellChanges(changes);
        due = now + Math.max(INTERVAL, told * INTERVAL_A_DESTINATION);
        if (told > 0) last = now;
        else if (now - last >= HEARTBEAT) {
          this.#send(HEARTBEAT_COMMENT);
          last = now;
        }
      }
      const next = this.#joining.size === 0 ? due : Math.min(due, this.#welcomeFrom);
      if (next > performance.now()) await this.#rest(next - performance.now());
    }
    this.#live.unwatch(changes);
    this.#changes = undefined;
    this.#told.clear();
  }

  async #rest(ms: number): Promise<void> {
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    const waiting = new AbortController();
    const signal = AbortSignal.any([this.#end.signal, waiting.signal]);
    await Promise.race([sleep(Math.max(1, ms), undefined, { signal }).catch(() => undefined), woken]);
    waiting.abort();
    this.#wake = undefined;
  }

  /** Gives those that have come a snapshot, the same for all of them. */
  async #welcome(changes: Changes): Promise<void> {
    const newcomers = [...this.#joining];
    let work = 0;
    const ids = [...this.#live.all()].map(({ id }) => id);
    for (let from = 0; from < ids.length; from += DESTINATIONS_AN_EVENT) {
      const began = performance.now();
      const some = ids.slice(from, from + DESTINATIONS_AN_EVENT);
      // What the others have not heard of yet is told now: to the newcomers it is part of the snapshot.
      this.#tell(
        changes,
        some.filter((id) => changes.destinations.has(id)),
      );
      const destinations = some.flatMap((id) => {
        const destination = this.#live.get(id);
        if (!destination) return [];
        const body = liveBody(destination);
        this.#told.set(id, { generation: destination.generation, body });
        return body;
      });
      const event = eventOf('snapshot', { destinations } satisfies Snapshot);
      for (const client of newcomers) client.send(event, { isSnapshot: true });
      work += performance.now() - began;
      await turn();
    }
    this.#welcomeFrom = performance.now() + work / SNAPSHOTS_SHARE;
    const ready = eventOf('ready', {});
    for (const client of newcomers) {
      client.send(ready);
      if (this.#joining.delete(client)) this.#clients.add(client);
    }
  }

  /** Returns how many destinations it was about. */
  async #tellChanges(changes: Changes): Promise<number> {
    for (const client of this.#clients) client.check();
    const ids = [...changes.destinations];
    for (let from = 0; from < ids.length; from += DESTINATIONS_AN_EVENT) {
      this.#tell(changes, ids.slice(from, from + DESTINATIONS_AN_EVENT));
      await turn();
    }
    return ids.length;
  }

  #tell(changes: Changes, ids: readonly number[]): void {
    if (ids.length === 0) return;
    const update: Update = { destinations: [], removed: [], rows: [] };
    for (const id of ids) {
      changes.destinations.delete(id);
      if (changes.rows.delete(id)) update.rows.push(id);
      const destination = this.#live.get(id);
      if (destination) {
        const { generation, count } = destination;
        const told = this.#told.get(id);
        const fresh = told?.generation === generation ? count - told.body.count : count;
        const body = liveBody(destination, fresh);
        this.#told.set(id, { generation, body });
        update.destinations.push(told ? changeOf(told.body, body) : body);
      } else {
        this.#told.delete(id);
        update.removed.push(id);
      }
    }
    if (this.#clients.size > 0) this.#send(eventOf('update', update));
  }

  #send(event: Buffer): void {
    for (const client of this.#clients) client.send(event);
  }
}

const HEARTBEAT_COMMENT = Buffer.from(': still here\n\n');

/** https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation */
const eventOf = (name: string, data: object): Buffer =>
  Buffer.from(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);

/** One client's events. What waits to be read is the same buffers for all, and so takes its place once. */
class Client {
  #read = performance.now();
  readonly stream = new Readable({
    read: () => {
      this.#read = performance.now();
    },
  });
  #allowed = MOST_WAITING;

  send(event: Buffer, { isSnapshot = false } = {}): void {
    if (this.stream.destroyed) return;
    if (isSnapshot) this.#allowed += event.length;
    this.stream.push(event);
    if (this.stream.readableLength > this.#allowed) this.stream.destroy();
  }

  /** Lets go who has not read for long although there is something to read. */
  check(): void {
    const { readableLength } = this.stream;
    if (readableLength > 0 && performance.now() - this.#read > LONGEST_PAUSE) this.stream.destroy();
  }

  end(): void {
    this.stream.push(null);
  }
}
