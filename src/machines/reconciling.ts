import type { Destination } from '../entities/destination.ts';
import { labelOf } from '../entities/label.ts';
import { type Settings, settingsOf } from '../entities/settings.ts';
import type { Logger } from '../logger.ts';
import type { DestinationStatus } from './destination-status.ts';
import type { PartitionEvent, PartitionRef } from './partition.ts';

/** What runs. */
export interface Reconciled {
  logger: Logger;
  partitions: PartitionRef[];
  /** What each row's destination is now; mutable. */
  known: Map<number, DestinationStatus>;
  /** Told what becomes of each row. */
  listener: (status: DestinationStatus) => void;
}

/** So many consecutive ids share a partition: rows that come together are spawned together, which is cheaper. */
const NEIGHBOURS = 16;

/** What to tell which partition, so that what runs agrees with rows that are new or changed, and ids that are gone. */
export function reconcile(
  context: Reconciled,
  rows: Destination[],
  removed: number[],
): [PartitionRef, PartitionEvent][] {
  const { partitions, known } = context;
  const wanted = partitions.map((): Settings[] => []);
  const unwanted = partitions.map((): number[] => []);
  // A shell may write negative ids, too.
  const partitionOf = (id: number) => Math.floor(Math.abs(id) / NEIGHBOURS) % partitions.length;

  for (const row of rows) {
    const { id, address, name, protocol, port, interval } = row;
    const label = labelOf(row);
    const who = { destination_id: id, address, label, row: { name, protocol, port, interval } };
    const settings = row.active ? settingsOf(row) : undefined;
    if (settings === undefined) {
      unwanted[partitionOf(id)]?.push(id);
      become(context, { ...who, status: 'paused' });
    } else if ('problem' in settings) {
      unwanted[partitionOf(id)]?.push(id);
      become(context, { ...who, status: 'invalid', problem: settings.problem });
    } else {
      wanted[partitionOf(id)]?.push(settings);
      const before = known.get(id)?.status;
      const status = before === 'probed' || before === 'changed' ? 'changed' : 'probed';
      become(context, { ...who, status });
    }
  }
  for (const id of removed) {
    unwanted[partitionOf(id)]?.push(id);
    const last = known.get(id);
    if (last) {
      const { problem, row, ...who } = last;
      become(context, { ...who, status: 'removed' });
    }
    known.delete(id);
  }
  return partitions.flatMap((partition, index) => {
    const events: [PartitionRef, PartitionEvent][] = [];
    const settings = wanted[index] ?? [];
    const ids = unwanted[index] ?? [];
    if (settings.length > 0) events.push([partition, { type: 'destinations.wanted', settings }]);
    if (ids.length > 0) events.push([partition, { type: 'destinations.unwanted', ids }]);
    return events;
  });
}

function become({ known, logger, listener }: Reconciled, status: DestinationStatus): void {
  const before = known.get(status.destination_id);
  known.set(status.destination_id, status);
  if (before && status.status !== 'changed' && isSame(before, status)) return;
  const { status: event, row, ...facts } = status;
  if (event === 'invalid') logger.warn('destination.invalid', facts);
  else logger.info(`destination.${event}`, facts);
  listener(status);
}

/** Of rows that are not probed, what people call them may be all that has changed. */
const isSame = (before: DestinationStatus, now: DestinationStatus): boolean =>
  before.status === now.status &&
  before.problem === now.problem &&
  before.label === now.label &&
  before.row?.name === now.row?.name;
