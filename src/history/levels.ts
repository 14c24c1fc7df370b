/** Lengths of the periods that roll-ups are made of, s. */
export const MINUTE = 60;
export const HOUR = 3600;
export const DAY = 86_400;

/** From fine to coarse; each is a whole number of those before it. */
export const PERIODS = [MINUTE, HOUR, DAY] as const;

export type Period = (typeof PERIODS)[number];

/** A level of history: the results themselves (0), or roll-ups of periods of so many s. */
export type Level = 0 | Period;

export const LEVELS: readonly Level[] = [0, ...PERIODS];

/** From when on each level is whole, s since the Unix epoch: what lies before may have been deleted. */
export type KeptSince = Readonly<Record<Level, number>>;

/** A database from which nothing was ever deleted. */
export const ALL_KEPT: KeptSince = {
  0: Number.NEGATIVE_INFINITY,
  [MINUTE]: Number.NEGATIVE_INFINITY,
  [HOUR]: Number.NEGATIVE_INFINITY,
  [DAY]: Number.NEGATIVE_INFINITY,
};

/** The next coarser level; undefined for days. */
export const coarser = (level: Level): Period | undefined => PERIODS.find((period) => period > level);

/** When the period that a time lies in began; both s since the Unix epoch. */
export const startOf = (period: number, time: number): number => Math.floor(time / period) * period;

/** The first time not before this one at which a period begins. */
export const nextStart = (period: number, time: number): number => Math.ceil(time / period) * period;

const NANOSECONDS = 1_000_000_000n;

/** The whole second that a time lies in: ns since the Unix epoch as digits, to s. As a text it needs no BigInt's division. */
export const secondOf = (rtime: string): number =>
  rtime.startsWith('-')
    ? Number((BigInt(rtime) - (NANOSECONDS - 1n)) / NANOSECONDS)
    : Number(rtime.slice(0, -9));

/** s since the Unix epoch, to the µs, as the digits of ns: drivers bind no BigInt. Bounded by what the column can hold. */
export function nanoseconds(second: number): string {
  if (second >= MOST_SECONDS) return (2n ** 63n - 1n).toString();
  if (second <= -MOST_SECONDS) return (-(2n ** 63n)).toString();
  const whole = Math.floor(second);
  return (BigInt(whole) * NANOSECONDS + BigInt(Math.round((second - whole) * 1e6)) * 1000n).toString();
}

const MOST_SECONDS = 9_223_372_036;
