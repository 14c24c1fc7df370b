import type { MaintenanceWindow } from './maintenance.ts';
import type { WatchedRow } from './watched.ts';

/** Which maintenances there are, and which of them are under way. */
export class MaintenanceWatch {
  readonly #wall: () => number;
  readonly #byDestination = new Map<number, MaintenanceWindow[]>();
  #all: readonly MaintenanceWindow[] = [];
  /** Ids of those that are under way. */
  #underWay = new Set<number>();

  /** `wall`: ms since the Unix epoch. */
  constructor(wall: () => number) {
    this.#wall = wall;
  }

  follow(all: readonly MaintenanceWindow[]): void {
    this.#all = all;
    const ids = new Set(all.map(({ id }) => id));
    this.#underWay = new Set([...this.#underWay].filter((id) => ids.has(id)));
  }

  /** Looks which of them a destination is in; returns whether it was in one, and no longer is. */
  assign(row: WatchedRow): boolean {
    const wasIn = this.#isIn(row.id);
    this.#byDestination.set(
      row.id,
      this.#all.filter(({ selector }) => selector.matches(row)),
    );
    return wasIn && !this.#isIn(row.id);
  }

  delete(id: number): void {
    this.#byDestination.delete(id);
  }

  of(id: number): readonly MaintenanceWindow[] {
    return this.#byDestination.get(id) ?? [];
  }

  /** One of everything, by its name: `maintenance 3`. */
  general(): string | undefined {
    const wall = this.#wall();
    const found = this.#all.find(
      ({ selector, isUnderWay }) => selector.text.trim() === '*' && isUnderWay(wall),
    );
    return found && `maintenance ${found.id}`;
  }

  /** Those that have come to their end since they were looked at last. */
  ended(): MaintenanceWindow[] {
    const wall = this.#wall();
    return this.#all.filter(({ id, isUnderWay }) => {
      if (!isUnderWay(wall)) return this.#underWay.delete(id);
      this.#underWay.add(id);
      return false;
    });
  }

  #isIn(id: number): boolean {
    const wall = this.#wall();
    return this.of(id).some(({ isUnderWay }) => isUnderWay(wall));
  }
}
