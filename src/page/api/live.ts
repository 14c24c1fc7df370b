import { batch, signal } from '@preact/signals';
import type { DestinationBody } from '../../http/schemas/destination.ts';
import type { Live, LiveChange, Update } from '../../http/schemas/live.ts';
import { ApiError, request } from './client.ts';
import { DestinationNow, STATES, type State } from './now.ts';

/** `away`: nothing has been heard for a while, and pinger cannot be reached. */
export type Connection = 'connecting' | 'live' | 'reconnecting' | 'away';

/** Until then, a break is nothing to speak of. ms */
const PATIENCE = 4000;

/** How long after a stream that is refused another is asked for, ms. */
const RETRY = 2000;

/** From one pulse to the next, ms. */
const PULSE = 1000;

/** Of more rows than these, the whole table is read at once. */
const FEW = 200;

/** All destinations, as the table and the monitor's own results have them, kept up to date by server-sent events. */
export class LiveStore {
  readonly connection = signal<Connection>('connecting');
  /** When something came from pinger last, ms since the Unix epoch. */
  readonly heard = signal<number | null>(null);
  /** The whole table is here, and how its destinations fare. */
  readonly loaded = signal(false);
  /** Why the table cannot be read, in one line. */
  readonly problem = signal<string | null>(null);
  /** Counts up when destinations come or go, or their rows change. */
  readonly rows = signal(0);
  /** Counts up when anything changes. */
  readonly news = signal(0);
  /** The same, once a second at most: for what takes a while to be worked out. */
  readonly pulse = signal(0);
  /** How many are in each state. */
  readonly counts = signal(noneInAnyState());
  readonly #destinations = new Map<number, DestinationNow>();
  readonly #inState = noneInAnyState();
  #beat: ReturnType<typeof setTimeout> | undefined;
  #hasTable = false;
  #hasLive = false;
  #stream: EventSource | undefined;
  #isOpen = false;
  #retry: ReturnType<typeof setTimeout> | undefined;
  /** The table's. */
  #again: ReturnType<typeof setTimeout> | undefined;
  #patience: ReturnType<typeof setTimeout> | undefined;
  /** Of a snapshot that is under way: who is in it. */
  #present: Set<number> | undefined;
  #changed = new Set<number>();
  #reading = false;

  get size(): number {
    return this.#destinations.size;
  }

  get(id: number): DestinationNow | undefined {
    return this.#destinations.get(id);
  }

  /** In no particular order. */
  all(): IterableIterator<DestinationNow> {
    return this.#destinations.values();
  }

  /** Begins to follow, or goes on. */
  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#listen();
    void this.#readTable();
  }

  /** Follows no more; what is known stays. */
  close(): void {
    this.#isOpen = false;
    this.#stream?.close();
    clearTimeout(this.#retry);
    clearTimeout(this.#again);
    clearTimeout(this.#patience);
    this.#patience = undefined;
    clearTimeout(this.#beat);
    this.#beat = undefined;
  }

  /** Takes a row as it is in the table now. */
  put(row: DestinationBody): void {
    this.#setRow(row);
    this.#tell(true);
  }

  /** Its row is gone. */
  remove(id: number): void {
    if (this.#forget(id)) this.#tell(true);
  }

  /** Reads rows again. */
  reread(ids: Iterable<number>): void {
    for (const id of ids) this.#changed.add(id);
    if (!this.#reading && this.#changed.size > 0) void this.#readChanged();
  }

  #listen(): void {
    const stream = new EventSource('/api/v1/live/events');
    this.#stream = stream;
    this.#present = new Set();
    stream.onopen = () => {
      this.#present = new Set();
      this.#hear();
    };
    stream.addEventListener('snapshot', ({ data }) => this.#snapshot(JSON.parse(data).destinations));
    stream.addEventListener('ready', () => this.#ready());
    stream.addEventListener('update', ({ data }) => this.#update(JSON.parse(data)));
    stream.onerror = () => this.#lose(stream);
  }

  #hear(): void {
    this.heard.value = Date.now();
    clearTimeout(this.#patience);
    this.#patience = undefined;
    this.connection.value = 'live';
  }

  #lose(stream: EventSource): void {
    if (this.connection.value !== 'away') this.connection.value = 'reconnecting';
    this.#patience ??= setTimeout(() => {
      this.connection.value = 'away';
    }, PATIENCE);
    // A refusal ends it for good, as the browser sees it.
    if (stream.readyState !== EventSource.CLOSED) return;
    clearTimeout(this.#retry);
    if (this.#isOpen) this.#retry = setTimeout(() => this.#listen(), RETRY);
    // A stream does not say why it is refused; whoever has to sign in again learns it so.
    void request('/monitor').catch(() => undefined);
  }

  #snapshot(destinations: Live[]): void {
    this.#hear();
    for (const each of destinations) {
      this.#present?.add(each.id);
      this.#setLive(each);
    }
    if (this.loaded.value) this.#tell(true);
  }

  #ready(): void {
    const present = this.#present;
    this.#present = undefined;
    for (const destination of present ? this.#destinations.values() : [])
      if (!present?.has(destination.id) && destination.live) this.#forgetLive(destination);
    // What has changed while nobody listened.
    if (this.#hasLive) void this.#readTable();
    this.#hasLive = true;
    this.#load();
  }

  #update({ destinations, removed, rows }: Update): void {
    this.#hear();
    const before = this.size;
    batch(() => {
      for (const each of destinations) this.#setLive(each);
      for (const id of removed) this.#forgetLive(this.#destinations.get(id));
      this.#tell(this.size !== before);
    });
    // Gone from this source, it may be another's now.
    this.reread([...rows, ...removed]);
  }

  async #readTable(): Promise<void> {
    try {
      const { destinations } = await request<{ destinations: DestinationBody[] }>('/destinations');
      const present = new Set(destinations.map(({ id }) => id));
      batch(() => {
        for (const row of destinations) this.#setRow(row);
        for (const id of [...this.#destinations.keys()]) if (!present.has(id)) this.#forget(id);
        this.problem.value = null;
        this.#tell(true);
      });
      this.#hasTable = true;
      this.#load();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.problem.value = error.message;
      clearTimeout(this.#again);
      // Who has to sign in first has it closed, and opened anew afterwards.
      if (this.#isOpen) this.#again = setTimeout(() => void this.#readTable(), RETRY);
    }
  }

  async #readChanged(): Promise<void> {
    this.#reading = true;
    while (this.#changed.size > 0) {
      const ids = [...this.#changed];
      this.#changed = new Set();
      if (ids.length > FEW) await this.#readTable();
      else await this.#readRows(ids);
    }
    this.#reading = false;
  }

  async #readRows(ids: readonly number[]): Promise<void> {
    const answer = await request<{ destinations: DestinationBody[] }>(`/destinations?id=${ids.join()}`).catch(
      (error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
      },
    );
    // Whoever cannot be asked comes back with a snapshot, and the table is read again.
    if (!answer) return;
    const present = new Map(answer.destinations.map((row) => [row.id, row]));
    batch(() => {
      for (const id of ids) {
        const row = present.get(id);
        if (row) this.#setRow(row);
        else this.#forget(id);
      }
      this.#tell(true);
    });
  }

  #load(): void {
    if (this.loaded.value || !this.#hasTable || !this.#hasLive) return;
    this.loaded.value = true;
    this.#tell(true);
  }

  #setRow(row: DestinationBody): void {
    const own = this.#own(row.id);
    this.#inState[own.state]--;
    own.setRow(row);
    this.#inState[own.state]++;
  }

  #setLive(live: LiveChange): void {
    const own = this.#own(live.id);
    this.#inState[own.state]--;
    own.setLive(live);
    this.#inState[own.state]++;
  }

  #forgetLive(own: DestinationNow | undefined): void {
    if (!own) return;
    this.#inState[own.state]--;
    own.forgetLive();
    this.#inState[own.state]++;
  }

  #forget(id: number): boolean {
    const own = this.#destinations.get(id);
    if (own) this.#inState[own.state]--;
    return this.#destinations.delete(id);
  }

  #own(id: number): DestinationNow {
    let own = this.#destinations.get(id);
    if (!own) {
      own = new DestinationNow(id);
      this.#destinations.set(id, own);
      this.#inState[own.state]++;
    }
    return own;
  }

  #tell(rows: boolean): void {
    const { value: told } = this.counts;
    batch(() => {
      if (STATES.some((state) => this.#inState[state] !== told[state]))
        this.counts.value = { ...this.#inState };
      if (rows) this.rows.value++;
      this.news.value++;
    });
    this.#beat ??= setTimeout(() => {
      this.#beat = undefined;
      this.pulse.value++;
    }, PULSE);
  }
}

const noneInAnyState = () => Object.fromEntries(STATES.map((state) => [state, 0])) as Record<State, number>;
