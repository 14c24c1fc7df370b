import type { ColumnOptions } from 'typeorm';

/** A moment in a column, ms since the Unix epoch. PostgreSQL's driver gives it as a text. */
export const milliseconds = (options: ColumnOptions = {}): ColumnOptions => ({
  ...options,
  type: 'bigint',
  transformer: {
    from: (value: string | number | null) => (value === null ? null : Number(value)),
    to: (value: unknown) => value,
  },
});
