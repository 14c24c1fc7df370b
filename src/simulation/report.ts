import type { Statistics } from '../statistics/statistics.ts';
import type { AlertsReport } from './alert-observations.ts';
import type { Verdict } from './expected-results.ts';
import type { NetworkFigures } from './ledger.ts';

/** What was asked of the network for one destination, what it did, and what pinger measured. */
export interface DestinationReport {
  destination_id: number;
  /** What people call it: its address, or `tcp://host:443`. */
  destination: string;
  /** The row's label; null without one. */
  name: string | null;
  network: NetworkFigures;
  measured: Statistics;
  expectations: Verdict[];
}

/** How a simulation came out. */
export interface SimulationReport {
  scenario: string;
  seed: number;
  /** How long it was in its own time, ms. */
  duration: number;
  /** Packets that the source sent, and results that are stored. */
  sent: number;
  stored: number;
  /** Due times that passed without a probe, because the process was paused or the host asleep. */
  missed: number;
  destinations: DestinationReport[];
  /** What came of alerts; null where the scenario says nothing of them. */
  alerts: AlertsReport | null;
  /** Whether every expectation held that could be judged, and how many could not: they are about time that was not simulated. */
  holds: boolean;
  unjudged: number;
}
