import type { Destination } from './destination.ts';

/** What the table's columns hold where nobody says anything. */
export const COLUMN_DEFAULTS = {
  active: true,
  interval: 1000,
  timeout: 1000,
  ttl: 64,
  data: '',
  port: null,
  name: null,
  source_id: null,
} as const satisfies Partial<Destination>;
