/**
 * What a result says. A probe has exactly one of the settling outcomes; `late` and `duplicate` come on top.
 *
 * - `reply`: the answer asked for, in time
 * - `refused`: the target itself said that the port is closed
 * - `unreachable`: an ICMP error of any other kind
 * - `ttl_exceeded`: time exceeded in transit
 * - `timeout`: nothing in time
 * - `unsent`: never left this host
 * - `late`: an answer after its timeout
 * - `duplicate`: one more answer to an answered probe
 */
export const OUTCOMES = [
  'reply',
  'refused',
  'unreachable',
  'ttl_exceeded',
  'timeout',
  'unsent',
  'late',
  'duplicate',
] as const;

export type Outcome = (typeof OUTCOMES)[number];
