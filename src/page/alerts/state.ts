import { signal } from '@preact/signals';
import type {
  AlertCounts,
  AlertRow,
  AlertsPage,
  ChannelBody,
  MaintenanceBody,
  RuleBody,
} from '../../http/schemas/alert.ts';
import { ApiError, request } from '../api/client.ts';
import { Notices } from '../edit/notices.ts';
import type { Texts } from '../edit/texts.ts';

/** How many alerts go on, for the header; undefined until it is known. */
export const alertCounts = signal<AlertCounts | undefined>(undefined);

/** How often counts are asked for, and everything while it is shown, ms. */
const COUNTED_EVERY = 10_000;
const READ_EVERY = 5000;

/** Keeps `alertCounts` as it is, for as long as somebody is there to see it; returns how to end that. */
export function followCounts(): () => void {
  return every(COUNTED_EVERY, async () => {
    alertCounts.value = await request<AlertCounts>('/alerts/counts');
  });
}

/** What the view of alerts shows. */
export interface AlertsState {
  open: AlertRow[];
  /** Those that are over, newest first. */
  over: AlertRow[];
  /** The cursor of older ones; null where there are none. */
  next: string | null;
  rules: RuleBody[];
  channels: ChannelBody[];
  maintenances: MaintenanceBody[];
  parents: Parent[];
}

/** A destination that cannot be reached when another one is down. */
export interface Parent {
  destination_id: number;
  parent_id: number;
}

/** What is being edited; without a row it is new. */
export type Editing =
  | { kind: 'rule'; row?: RuleBody }
  | { kind: 'channel'; row?: ChannelBody }
  | { kind: 'maintenance'; row?: MaintenanceBody; destinations?: string }
  | { kind: 'parent'; parent?: number }
  | { kind: 'removal'; removal: Removal };

/** What is to be removed, once somebody says so again. */
export interface Removal {
  title: string;
  /** What comes of it. */
  consequence: string;
  paths: readonly string[];
  done: string;
}

export class AlertsStore {
  readonly state = signal<AlertsState | undefined>(undefined);
  readonly notices = new Notices();
  /** The dialog that is open. */
  readonly editing = signal<Editing | undefined>(undefined);
  /** What was typed into forms that were left, by what they are about. */
  readonly drafts = new Map<string, Texts>();
  #older: AlertRow[] = [];
  #next: string | null | undefined;

  /** Reads all of it again and again; returns how to end that. */
  follow(): () => void {
    return every(READ_EVERY, () => this.read());
  }

  async read(): Promise<void> {
    const [open, over, rules, channels, maintenances, parents] = await Promise.all([
      request<AlertsPage>('/alerts?state=firing,suppressed&limit=1000'),
      request<AlertsPage>('/alerts?state=resolved&limit=50'),
      request<{ rules: RuleBody[] }>('/alert-rules'),
      request<{ channels: ChannelBody[] }>('/alert-channels'),
      request<{ maintenances: MaintenanceBody[] }>('/maintenances'),
      request<{ parents: Parent[] }>('/destination-parents'),
    ]);
    const first = over.alerts.at(-1)?.id ?? 0;
    const older = this.#older.filter(({ id }) => id < first);
    this.state.value = {
      open: open.alerts,
      over: [...over.alerts, ...older],
      next: older.length > 0 && this.#next !== undefined ? this.#next : over.next,
      ...rules,
      ...channels,
      ...maintenances,
      ...parents,
    };
  }

  /** Older alerts that are over. */
  async readOlder(): Promise<void> {
    const { value } = this.state;
    if (!value?.next) return;
    const page = await request<AlertsPage>(`/alerts?state=resolved&limit=100&cursor=${value.next}`);
    this.#older.push(...page.alerts);
    this.#next = page.next;
    this.state.value = { ...value, over: [...value.over, ...page.alerts], next: page.next };
  }

  /** Asks the API for an edit, and shows what has come of it; returns whether it was made. */
  async edit(method: string, path: string, body: unknown, done: string): Promise<boolean> {
    try {
      await this.write([{ method, path, body }], done);
      return true;
    } catch (error) {
      this.notices.say(messageOf(error), { isProblem: true });
      return false;
    }
  }

  /** Asks the API for edits, one after the other, and shows what has come of them. Throws ApiError at the first that is not made. */
  async write(
    edits: readonly { method: string; path: string; body?: unknown }[],
    done: string,
  ): Promise<void> {
    this.notices.hush();
    try {
      for (const { method, path, body } of edits)
        await request(path, { method, ...(body === undefined ? {} : { body }) });
    } finally {
      await this.read().catch(() => undefined);
    }
    this.notices.say(done);
  }

  close(): void {
    this.editing.value = undefined;
  }
}

/** Does something at once and then every so many ms, while the page is seen. */
function every(ms: number, work: () => Promise<void>): () => void {
  const tick = () => {
    if (document.visibilityState === 'visible') work().catch(() => undefined);
  };
  tick();
  const timer = setInterval(tick, ms);
  return () => clearInterval(timer);
}

const messageOf = (error: unknown): string =>
  error instanceof ApiError || error instanceof Error ? error.message : String(error);
