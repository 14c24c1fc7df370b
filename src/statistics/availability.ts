/**
 * A minute in which more than this share of the probes was lost counts as unavailable.
 *
 * That is the IP service availability function of ITU-T Y.1540, which compares the loss ratio of a block of time with a threshold
 * c1. The block here is a minute, and the threshold 0.2; the Recommendation calls its own values provisional.
 */
export const UNAVAILABLE_LOSS = 0.2;

/** Whether the service was available in a minute with these probes; undefined where that is not known, since none was received or lost. */
export function wasAvailable(received: number, lost: number): boolean | undefined {
  const known = received + lost;
  return known > 0 ? lost <= UNAVAILABLE_LOSS * known : undefined;
}
