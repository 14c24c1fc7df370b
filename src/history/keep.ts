import { DAY, HOUR, type KeptSince, LEVELS, type Level, MINUTE, startOf } from './levels.ts';

/** How long each level of history is kept, ms; Infinity: for ever. */
export interface Keep {
  results: number;
  minutes: number;
  hours: number;
  days: number;
}

const MS_A_DAY = DAY * 1000;

export const DEFAULT_KEEP: Keep = {
  results: 7 * MS_A_DAY,
  minutes: 90 * MS_A_DAY,
  hours: Number.POSITIVE_INFINITY,
  days: Number.POSITIVE_INFINITY,
};

const NAMES: Record<Level, keyof Keep> = {
  0: 'results',
  [MINUTE]: 'minutes',
  [HOUR]: 'hours',
  [DAY]: 'days',
};

/** What somebody says, and for the rest the defaults, or as long as the level before where that is longer. */
export function keepOf(given: { [Name in keyof Keep]?: Keep[Name] | undefined } = {}): Keep {
  const keep = { ...DEFAULT_KEEP };
  let before = 0;
  for (const name of Object.values(NAMES)) {
    keep[name] = given[name] ?? Math.max(DEFAULT_KEEP[name], before);
    before = keep[name];
  }
  return keep;
}

/** What is wrong with it, in one line; undefined for nothing. */
export function problemOfKeep(keep: Keep): string | undefined {
  const names = Object.values(NAMES);
  for (const name of names)
    if (!(keep[name] >= 0)) return `${name} are kept for ${keep[name]} ms: expected a time`;
  if (keep.results < HOUR * 1000) return 'results are kept for less than an hour: expected 1h or more';
  for (const [index, name] of names.entries()) {
    const longer = names[index + 1];
    if (longer && keep[longer] < keep[name])
      return `${longer} are kept for less time than ${name}: expected as long or longer`;
  }
  return undefined;
}

/** Before when levels are deleted, s since the Unix epoch: a whole period of the next level's, so that nothing is cut in two. */
export function cutoffs(keep: Keep, now: number): KeptSince {
  const before = (level: Level) => {
    const period = LEVELS.find((coarser) => coarser > level) ?? DAY;
    return startOf(period, now - keep[NAMES[level]] / 1000);
  };
  return { 0: before(0), [MINUTE]: before(MINUTE), [HOUR]: before(HOUR), [DAY]: before(DAY) };
}
