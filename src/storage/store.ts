import type { Destination } from '../entities/destination.ts';
import type { Doubt } from '../entities/doubt.ts';
import type { Gap } from '../entities/gap.ts';
import type { Outcome } from '../entities/outcome.ts';
import type { Source } from '../entities/source.ts';
import type { Batch } from './batch.ts';
import type { AddedDestinations } from './missing-destinations.ts';

/** A result to be stored; the source's own columns are added by the store. */
export interface NewResult {
  destination_id: number;
  /** ns since the Unix epoch. */
  rtime: bigint;
  address: string | null;
  /** ms */
  rtt: number | null;
  rtype: number | null;
  rcode: number | null;
  icmptype: number | null;
  rid: number | null;
  rseq: number;
  datamatch: boolean | null;
  rttl: number | null;
  outcome: Outcome;
  /** What of this host may have distorted it. */
  doubt: Doubt | null;
  /** When the probe was sent, monotonic time, ms; null where it was not. Told to listeners, not stored. */
  sentAt: number | null;
  /** Why a probe was not sent; told to listeners, not stored. */
  reason: string | null;
}

/** What a new destination needs; the table's defaults fill in the rest. */
export type NewDestination = Pick<Destination, 'address' | 'protocol'> & Partial<Omit<Destination, 'id'>>;

/** A result as it waits to be written: the JSON of its columns, which is less for the garbage collector to keep. */
export type EncodedResult = string;

/**
 * First what is each result's own, `rtime` (a text: a number of JSON would be rounded), `rtt` in whole ns and `rseq`; then what many
 * have in common.
 */
export const encodeResult = (result: NewResult): EncodedResult =>
  JSON.stringify([
    result.rtime.toString(),
    result.rtt === null ? null : Math.round(result.rtt * 1e6),
    result.rseq,
    result.destination_id,
    result.address,
    result.rtype,
    result.rcode,
    result.icmptype,
    result.rid,
    result.datamatch,
    result.rttl,
    result.outcome,
    result.doubt,
  ]);

/** When an encoded result came, ns since the Unix epoch, as a text. */
export const rtimeOf = (row: EncodedResult): string => JSON.parse(row)[0];

/** A time in which a source could not probe; the source's own column is added by the store. */
export type NewGap = Pick<Gap, 'start' | 'end' | 'reason'>;

/** What a source says of itself. */
export interface SignOfLife {
  /** Wall time, ns since the Unix epoch. */
  seen: bigint;
  /** One that has been told before, going by its start and reason, gets its new end. */
  gaps: readonly NewGap[];
  /** Whether it is the last one, of a monitor that is stopped on purpose; not unless given. */
  stopped?: boolean | undefined;
}

/** The destinations table as one source sees it, at one moment. */
export interface DestinationsSnapshot {
  revision: number;
  rows: Destination[];
}

/** Edits newer than a revision: rows as they are now, and the ids of those that are gone. */
export interface DestinationsDelta {
  revision: number;
  changed: Destination[];
  removed: number[];
  /** There are newer ones still. */
  more: boolean;
}

/** The database, as the machines see it. Writes are carried out one at a time, in the order of the calls. */
export interface Store {
  /** Connects and migrates. Throws DatabaseError. */
  open(): Promise<void>;
  /** The row of the source with this name, made if there is none; with its key. */
  source(name: string): Promise<Source>;
  /** Whether the destinations table has no row at all. */
  isEmpty(): Promise<boolean>;
  /** Adds those that are not there yet (by address, protocol and port). */
  addDestinations(rows: NewDestination[]): Promise<AddedDestinations>;
  /** All destinations that a source probes or could probe, active or not. */
  destinations(source: Source): Promise<DestinationsSnapshot>;
  /** Whether the change feed has another newest revision than this. Asked again and again, and so as cheap as can be. */
  edited(revision: number): Promise<boolean>;
  /** What has changed since `revision`; undefined when the feed no longer reaches back that far. */
  changes(source: Source, revision: number): Promise<DestinationsDelta | undefined>;
  /**
   * Stores all of a batch's results or none, and once: a batch that is not newer than the last one stored of the same writer's
   * is stored already. Throws DatabaseError; whether the batch has been stored is uncertain then, and the same may be tried again.
   */
  append(source: Source, batch: Batch): Promise<void>;
  /** When this source gave a sign of life last, ns since the Unix epoch, a stored result being one; null where it never has. */
  lastSeen(source: Source): Promise<bigint | null>;
  /** Notes a sign of life; all of it or nothing. Throws DatabaseError. */
  note(source: Source, sign: SignOfLife): Promise<void>;
  close(): Promise<void>;
}

/** A failure of the database, told in one line that names it. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';

  constructor(
    message: string,
    /** Whether the same call may succeed later. */
    readonly transient: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** So many others want something of the database that it was not even asked. */
export class DatabaseBusyError extends DatabaseError {
  constructor(name: string) {
    super(`database ${name}: busy, others wait as well; try again`, true);
  }
}

/** There is no database, and none was to be made. */
export class NoDatabaseError extends DatabaseError {
  constructor(name: string) {
    super(`database ${name}: there is none yet; "pinger run" makes it`, false);
  }
}
