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
}

export class AlertsStore {
  readonly state = signal<AlertsState | undefined>(undefined);
  /** Why it could not be read, or an edit not be made. */
  readonly problem = signal<string | undefined>(undefined);
  /** Said once it is done. */
  readonly done = signal('');
  #older: AlertRow[] = [];
  #next: string | null | undefined;

  /** Reads all of it again and again; returns how to end that. */
  follow(): () => void {
    return every(READ_EVERY, () => this.read());
  }

  async read(): Promise<void> {
    const [open, over, rules, channels, maintenances] = await Promise.all([
      request<AlertsPage>('/alerts?state=firing,suppressed&limit=1000'),
      request<AlertsPage>('/alerts?state=resolved&limit=50'),
      request<{ rules: RuleBody[] }>('/alert-rules'),
      request<{ channels: ChannelBody[] }>('/alert-channels'),
      request<{ maintenances: MaintenanceBody[] }>('/maintenances'),
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
    this.problem.value = undefined;
    this.done.value = '';
    try {
      await request(path, { method, ...(body === undefined ? {} : { body }) });
      await this.read();
      this.done.value = done;
      return true;
    } catch (error) {
      this.problem.value = messageOf(error);
      return false;
    }
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
