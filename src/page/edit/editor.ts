import { signal } from '@preact/signals';
import type {
  ChangedDestinationBody,
  DestinationBody,
  NewDestinationBody,
} from '../../http/schemas/destination.ts';
import { ApiError, request } from '../api/client.ts';
import type { LiveStore } from '../api/live.ts';
import { plural } from '../figures.ts';
import type { Draft } from './draft.ts';
import { Notices } from './notices.ts';

/** What is being edited. */
export type Editing =
  | { kind: 'add' }
  | { kind: 'edit'; ids: readonly number[] }
  | { kind: 'delete'; ids: readonly number[] };

/** Those that are new in the table, and those that were there. */
export interface AddedDestinations {
  added: DestinationBody[];
  existing: DestinationBody[];
}

/** So many requests at once. */
const AT_ONCE = 4;

/** Edits the table through the API, and keeps what is typed until it is. */
export class Editor {
  /** The dialog that is open. */
  readonly editing = signal<Editing | undefined>(undefined);
  readonly notices = new Notices();
  /** What was typed into forms that were left, by what they are about. */
  readonly drafts = new Map<string, Draft>();
  readonly #live: LiveStore;

  constructor(live: LiveStore) {
    this.#live = live;
  }

  open(editing: Editing): void {
    if (editing.kind === 'add' || editing.ids.length > 0) this.editing.value = editing;
  }

  close(): void {
    this.editing.value = undefined;
  }

  /** Throws ApiError. */
  async add(body: NewDestinationBody | NewDestinationBody[]): Promise<AddedDestinations> {
    const answer = await request<AddedDestinations>('/destinations', { method: 'POST', body });
    for (const row of [...answer.added, ...answer.existing]) this.#live.put(row);
    return answer;
  }

  /** Throws ApiError. */
  async change(id: number, body: ChangedDestinationBody): Promise<void> {
    this.#live.put(await request<DestinationBody>(`/destinations/${id}`, { method: 'PATCH', body }));
  }

  /** Throws ApiError. */
  async remove(id: number): Promise<void> {
    try {
      await request(`/destinations/${id}`, { method: 'DELETE' });
    } catch (error) {
      // Somebody else was faster.
      if (!(error instanceof ApiError && error.problem.status === 404)) throw error;
    }
    this.#live.remove(id);
  }

  /** Does the same to many. Resolves with what went wrong. */
  async each<Item>(
    items: readonly Item[],
    work: (item: Item) => Promise<unknown>,
  ): Promise<{ item: Item; error: ApiError }[]> {
    const failed: { item: Item; error: ApiError }[] = [];
    const left = [...items];
    const worker = async () => {
      for (let item = left.shift(); item !== undefined; item = left.shift())
        try {
          await work(item);
        } catch (error) {
          if (!(error instanceof ApiError)) throw error;
          failed.push({ item, error });
        }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return failed;
  }

  /** Pauses or resumes; both can be taken back. */
  async setActive(ids: readonly number[], active: boolean): Promise<void> {
    const wanted = ids.filter((id) => this.#live.get(id)?.row?.active === !active);
    const failed = await this.each(wanted, (id) => this.change(id, { active }));
    const done = wanted.filter((id) => !failed.some(({ item }) => item === id));
    const [first] = done;
    const [problem] = failed;
    if (problem)
      this.notices.say(`${plural(failed.length, 'destination')} stayed as before: ${problem.error.message}`, {
        isProblem: true,
      });
    else if (first !== undefined)
      this.notices.say(`${active ? 'Resumed' : 'Paused'} ${this.nameOf(done)}.`, {
        undo: () => void this.setActive(done, !active),
      });
  }

  /** What people call them. */
  nameOf(ids: readonly number[]): string {
    const [only, ...others] = ids;
    if (only === undefined || others.length > 0) return plural(ids.length, 'destination');
    return this.#live.get(only)?.name ?? `destination ${only}`;
  }
}
