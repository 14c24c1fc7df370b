/** A column with ms since the Unix epoch, which fit a double; drivers give some of them as texts. */
export const MOMENT = {
  type: 'bigint' as const,
  transformer: {
    from: (value: unknown) => (value === null ? null : Number(value)),
    to: (value: number | null) => value,
  },
};
