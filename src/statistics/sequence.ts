/** The sequence of a probe of which none is known. */
export const UNKNOWN = -1;

/** A sequence, or UNKNOWN for what can be none: whole numbers of 16 bits are. */
export const sequenceOf = (rseq: number | null): number =>
  rseq !== null && rseq >= 0 && rseq <= 0xffff && Number.isInteger(rseq) ? rseq : UNKNOWN;

/** Whether one comes right after the other, in either order: answers may overtake each other. 0 comes after 65,535. */
export function areConsecutive(a: number, b: number): boolean {
  if (a < 0 || b < 0) return false;
  const distance = (b - a) & 0xffff;
  return distance === 1 || distance === 0xffff;
}
