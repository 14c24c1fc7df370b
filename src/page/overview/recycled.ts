/** An element of the document that shows a line of the list, by its place there. */
export interface Slot {
  /** Which element. */
  key: number;
  index: number;
}

/**
 * Elements for the lines from `first` to `end`, in the order in which they are in the document: those that have left at one end come
 * back at the other. While it scrolls each stays where it is in the document, since moving it takes longer than all else; at rest
 * they are in the order of the list, for who reads the document.
 */
export function recycled(
  before: readonly Slot[],
  { first, end, isMoving }: { first: number; end: number; isMoving: boolean },
): Slot[] {
  const isShown = ({ index }: Slot) => index >= first && index < end;
  const there = new Set(before.filter(isShown).map(({ index }) => index));
  const coming: number[] = [];
  for (let index = first; index < end; index++) if (!there.has(index)) coming.push(index);
  let place = 0;
  const slots = before.flatMap((slot) => {
    if (isShown(slot)) return slot;
    const index = coming[place++];
    return index === undefined ? [] : { key: slot.key, index };
  });
  let key = before.reduce((most, slot) => Math.max(most, slot.key), -1);
  for (const index of coming.slice(place)) slots.push({ key: ++key, index });
  return isMoving ? slots : slots.sort((one, other) => one.index - other.index);
}
