import { signal } from '@preact/signals';
import type { DestinationBody } from '../../http/schemas/destination.ts';
import type { Live, LiveChange } from '../../http/schemas/live.ts';
import { nameOrder } from '../../live/groups.ts';
import { BY_SEVERITY } from '../../live/severity.ts';

/** So many probes are what is recent. */
export const RECENT = 60;

/** `elsewhere`: only another source probes it. */
export type State = Live['state'] | 'elsewhere';

/** From what wants a look to what does not. */
export const STATES: readonly State[] = [...BY_SEVERITY, 'elsewhere'];

/** One destination: its row, and how it fares. */
export class DestinationNow {
  readonly id: number;
  /** Counts up with each change; who shows anything of it reads this first. */
  readonly version = signal(0);
  /** Until the table is read. */
  row: DestinationBody | undefined;
  live: Omit<Live, 'recent'> | undefined;
  /** What it is found by, in lower case. */
  words = '';
  /** By which names are in order: numbers in them by their size. */
  nameKey = '';
  #recent: (number | null)[] = [];

  constructor(id: number) {
    this.id = id;
  }

  get state(): State {
    if (this.live) return this.live.state;
    if (!this.row) return 'waiting';
    if (this.row.source_id !== null) return 'elsewhere';
    return this.row.active ? 'waiting' : 'paused';
  }

  /** What people call it: the address, or a URL. */
  get label(): string {
    return this.row?.label ?? this.live?.label ?? `#${this.id}`;
  }

  /** What its owner calls it, or else the label. */
  get name(): string {
    return this.row?.name || this.label;
  }

  get problem(): string | null {
    return this.live?.problem ?? this.row?.problem ?? null;
  }

  /** The recent probes, oldest first: ms; -1: lost; null: neither received nor lost. */
  get recent(): readonly (number | null)[] {
    return this.#recent;
  }

  setRow(row: DestinationBody): void {
    this.row = row;
    this.#index();
    this.version.value++;
  }

  /** Takes what has changed: of one that nobody has told of yet, everything. `recent`: those of its probes that are new, or all that there are. */
  setLive({ recent, ...changed }: LiveChange): void {
    if (recent.length >= Math.min(changed.count, RECENT)) this.#recent = recent;
    else if (recent.length > 0) this.#recent = [...this.#recent, ...recent].slice(-RECENT);
    const before = this.live;
    const live = { ...before, ...changed } as Omit<Live, 'recent'>;
    this.live = live;
    if (live.label !== before?.label && !this.row) this.#index();
    this.version.value++;
  }

  /** Another begins to tell of it. */
  forgetLive(): void {
    this.live = undefined;
    this.#recent = [];
    this.version.value++;
  }

  #index(): void {
    const { name, label, row } = this;
    this.words = `${name} ${label} ${row?.address ?? ''} ${row?.protocol ?? ''} #${this.id}`.toLowerCase();
    this.nameKey = nameOrder(name);
  }
}
