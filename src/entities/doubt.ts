/**
 * Why a result may say more of this host than of the network; null where nothing of this host's own can have distorted it.
 *
 * - `dropped`: of a timeout: this host dropped packets that it had received, or had its socket closed, while the probe
 *   was in flight; the answer may have been among them
 * - `delayed`: the time of the answer is that of reading it, and the process may have read late: the round-trip time
 *   may be too long, and what counts as too late may have come in time
 * - `suspended`: of a timeout: this host slept while the probe was in flight
 * - `cut_off`: of a timeout: this host could send nothing at all while the probe was in flight, because its network was down
 * - `abandoned`: of a timeout: the monitor gave the probe up before its timeout had passed
 */
export const DOUBTS = ['dropped', 'delayed', 'suspended', 'cut_off', 'abandoned'] as const;

export type Doubt = (typeof DOUBTS)[number];
