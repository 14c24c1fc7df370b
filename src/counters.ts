import { DDSketch } from '@datadog/sketches-js';

/** What a running pinger has counted since its start. */
export interface Counters {
  /** Packets sent. */
  sent: number;
  /** Packets received. */
  received: number;
  /** Packets that the host received and dropped before they were read. */
  dropped: number;
  /** Packets that say nothing about an echo request: malformed, or about somebody's other traffic. */
  ignored: number;
  /** Answers to probes of somebody else's, forged or too old to be known. */
  foreign: number;
  /** Due times that passed without a probe, because the process was held up. */
  missed: number;
  /** Results made, and those of them that are in the database. */
  results: number;
  stored: number;
  /** Results given up because the database took none for too long. */
  lost: number;
}

/** Counters as the actors keep them. */
export class Meters {
  ignored = 0;
  foreign = 0;
  missed = 0;
  results = 0;
  stored = 0;
  lost = 0;
  /** How long after its due time each probe was sent, ms; within 1 % of each value. */
  readonly lateness = new DDSketch({ relativeAccuracy: 0.01 });
}
