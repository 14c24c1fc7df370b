/** How many lines a comparison tells apart. */
export const MOST_LINES = 8;

/** Dashes of the lines, px, so that they are not told apart by colour alone. */
export const DASHES: readonly (readonly number[])[] = [
  [],
  [8, 4],
  [2, 3],
  [10, 3, 2, 3],
  [14, 4],
  [4, 2],
  [10, 3, 2, 3, 2, 3],
  [1, 5],
];
