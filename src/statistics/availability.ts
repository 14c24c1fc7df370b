/**
 * A minute in which more than this share of the probes was lost counts as unavailable: the threshold c1 of the IP service
 * availability function, ITU-T Y.1540 (12/2019), 7.2; blocks of one minute are its Tav.
 */
export const UNAVAILABLE_LOSS = 0.2;

/** Whether the service was available in a minute with these probes; undefined where that is not known, since none was received or lost. */
export function wasAvailable(received: number, lost: number): boolean | undefined {
  const known = received + lost;
  return known > 0 ? lost <= UNAVAILABLE_LOSS * known : undefined;
}
