import type { Destination } from '../entities/destination.ts';

/** What has become of a row of the destinations table. */
export interface DestinationStatus {
  destination_id: number;
  address: string;
  /** What people call it: its address, or `tcp://host:443`. */
  label: string;
  status: 'probed' | 'changed' | 'paused' | 'invalid' | 'removed';
  /** Why it cannot be probed. */
  problem?: string;
  /** More of what it says; not of one that is gone. Of a row that cannot be probed it may be anything. */
  row?: Pick<Destination, 'name' | 'protocol' | 'port' | 'interval'>;
}
