import type { DestinationStatus } from '../machines/destination-status.ts';

/** Whether a row is probed as it is now. */
export const isProbed = ({ status }: DestinationStatus): boolean =>
  status === 'probed' || status === 'changed';

/** Why what there is of a destination is over; undefined where it may go on. */
export function closing({ status, label }: DestinationStatus, before: string): string | undefined {
  if (status === 'paused') return 'the destination is paused';
  if (status === 'removed') return 'the destination was removed';
  if (status === 'invalid') return 'the destination cannot be probed as it is now';
  return label === before ? undefined : 'the destination is another one now';
}
