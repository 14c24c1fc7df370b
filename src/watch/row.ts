import type { Destination } from '../entities/destination.ts';
import { labelOf } from '../entities/label.ts';
import type { LiveDestination, LiveState, Recent } from '../live/destination.ts';
import { neighbourhoodOf } from '../live/groups.ts';
import { rankOf } from '../statistics/sketch.ts';
import { safe, widthOf } from './text.ts';

/** Round-trip times of the recent probes, ms; null where there are none. */
export interface RecentFigures {
  avg: number | null;
  /** By nearest rank. */
  p95: number | null;
  /** Mean absolute difference of two consecutive probes' (RFC 3393). */
  jitter: number | null;
}

/** A line of the table: one destination as one source sees it. */
export class WatchedRow {
  readonly key: string;
  readonly id: number;
  readonly sourceId: number;
  /** The source's, safe to show. */
  readonly source: string;
  readonly live: LiveDestination;
  /** The row of the table of destinations. */
  readonly destination: Destination;
  /** What people call it, and the label of its own, if it has one; safe to show. */
  readonly label: string;
  readonly name: string | null;
  /** Columns that the title takes. */
  readonly titleWidth: number;
  /** What a filter looks into, in small letters. */
  readonly searched: string;
  #neighbourhood: string | undefined;
  #figures: RecentFigures = { avg: null, p95: null, jitter: null };
  /** Of which result the figures are the last. */
  #figuresOf: bigint | null = null;

  constructor(row: {
    destination: Destination;
    source: { id: number; name: string };
    live: LiveDestination;
  }) {
    const { destination, source, live } = row;
    this.key = `${destination.id} ${source.id}`;
    this.id = destination.id;
    this.sourceId = source.id;
    this.source = safe(source.name);
    this.live = live;
    this.destination = destination;
    this.label = safe(labelOf(destination));
    const name = safe(String(destination.name ?? '')).trim();
    this.name = name === '' ? null : name;
    this.titleWidth = widthOf(this.title);
    this.searched = `${this.title} ${this.label} ${this.source}`.toLowerCase();
  }

  get state(): LiveState {
    return this.live.state;
  }

  /** What it is called where there is room for one name. */
  get title(): string {
    return this.name ?? this.label;
  }

  /** What it has in common with its neighbours; safe to show. */
  get neighbourhood(): string {
    if (this.#neighbourhood === undefined) {
      const { name, address } = this.destination;
      const common = neighbourhoodOf({
        name: name === null ? null : String(name),
        address: String(address),
      });
      this.#neighbourhood = safe(common).trim() || this.title;
    }
    return this.#neighbourhood;
  }

  /** Made anew only after a result. */
  get figures(): RecentFigures {
    if (this.#figuresOf !== this.live.rtime) {
      this.#figures = figuresOf(this.live.recent());
      this.#figuresOf = this.live.rtime;
    }
    return this.#figures;
  }
}

export function figuresOf(recent: readonly Recent[]): RecentFigures {
  const times = recent.filter((probe) => typeof probe === 'number');
  if (times.length === 0) return { avg: null, p95: null, jitter: null };
  let differences = 0;
  let pairs = 0;
  for (let n = 1; n < recent.length; n++) {
    const [before, after] = [recent[n - 1], recent[n]];
    if (typeof before !== 'number' || typeof after !== 'number') continue;
    differences += Math.abs(after - before);
    pairs++;
  }
  const sorted = Float64Array.from(times).sort();
  return {
    avg: times.reduce((sum, time) => sum + time, 0) / times.length,
    p95: sorted[rankOf(0.95, sorted.length) - 1] ?? null,
    jitter: pairs > 0 ? differences / pairs : null,
  };
}
