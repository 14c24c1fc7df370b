/** What the API gives at most. */
const MOST = 1000;

const LEAST = 100;

/** So many px that a chart is a little wider or narrower change nothing. */
const GRAIN = 50;

/** How many steps a chart of so many px asks for: no more than it can show. */
export const pointsOf = (width: number): number =>
  Math.min(MOST, Math.max(LEAST, Math.floor(width / GRAIN) * GRAIN));
