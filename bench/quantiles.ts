/** Sorted, so that quantiles can be read off. */
export function sorted(values: Iterable<number>): Float64Array {
  return Float64Array.from(values).sort();
}

/** The smallest value that at least a share `q` (0–1) of them do not exceed; NaN of none. */
export const quantile = (ascending: ArrayLike<number>, q: number): number =>
  ascending[Math.max(0, Math.ceil(q * ascending.length) - 1)] ?? Number.NaN;

export const median = (values: Iterable<number>): number => quantile(sorted(values), 0.5);
