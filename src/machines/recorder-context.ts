import type { Meters } from '../counters.ts';
import type { Source } from '../entities/source.ts';
import type { Clock } from '../io/clock.ts';
import type { Logger } from '../logger.ts';
import type { Batch } from '../storage/batch.ts';
import type { Spill } from '../storage/spill.ts';
import type { NewResult, Store } from '../storage/store.ts';
import type { IntakeEvent } from './intake.ts';
import type { Mailbox } from './mailbox.ts';
import type { Recording } from './recording.ts';

export interface RecorderInput {
  store: Store;
  source: Source;
  clock: Clock;
  /** Names the batches; no other process may have had it. */
  writer: string;
  /** Where results wait for a database that takes none, open; undefined for memory alone. */
  spill: Spill | undefined;
  meters: Meters;
  logger: Logger;
  /** Told each result as it is made. */
  listener: (result: NewResult) => void;
  /** A result waits at most this long before it is written, ms. */
  flushDelay: number;
}

export interface RecorderContext extends Recording {
  logger: Logger;
  flushDelay: number;
  /** Where results are sent. */
  intake: Mailbox<IntakeEvent>;
  /** Failures of the database in a row, when it was tried last, and when it is tried again. */
  failures: number;
  triedAt: number;
  retryAt: number;
  /** The batch whose storing has failed, as far as one can know. */
  uncertain: Batch | undefined;
  /** Failures of the spill in a row, and when what is in memory goes there. */
  spillFailures: number;
  spillAt: number;
  /** Whether it has been told that results go to the spill. */
  isSpilling: boolean;
  /** How long draining pauses, ms. */
  rest: number;
  /** When draining gives way to the end; undefined unless closing. */
  closingAt: number | undefined;
}

/** After a failure: twice as long each time, within these bounds. ms */
const FIRST_RETRY = 100;
const LONGEST_RETRY = 5000;

/** A lock that somebody has for a moment is not worth a spill. ms */
const GRACE = 1000;

/** How often a closing recorder tries to store what nowhere else is left for, before it gives that up: about 30 s. */
export const LAST_TRIES = 12;

/** Draining pauses as long as it works, so that it takes half of the database's time at most; but no longer than this. ms */
const LONGEST_REST = 100;

/** So long a closing recorder goes on draining: the next one can do it as well. ms */
const LAST_DRAIN = 2000;

export const isSpilled = ({ spill }: RecorderContext): boolean => spill !== undefined && spill.count > 0;

/** After a failure of the spill it is left alone for a while. */
export const canSpill = ({ spill, spillFailures, spillAt, clock }: RecorderContext): boolean =>
  spill !== undefined && (spillFailures === 0 || clock.now() >= spillAt);

/** Whether what is in memory has been there for as long as it should, or is as much as it should be. */
export const isSpillDue = (context: RecorderContext): boolean =>
  canSpill(context) && (context.clock.now() >= context.spillAt || context.backlog.hasFullBatch);

/** Whether what is left is the next process's: the database has been tried once more, or there has been time enough to drain. */
export const isLeaving = ({ closingAt, failures, triedAt, clock }: RecorderContext): boolean =>
  closingAt !== undefined &&
  ((failures > 0 && triedAt >= closingAt - LAST_DRAIN) || clock.now() >= closingAt);

/** Whether nothing is left, or nothing that the next process does not find. */
export const canEnd = (context: RecorderContext): boolean =>
  context.closingAt !== undefined &&
  context.backlog.size === 0 &&
  (!isSpilled(context) || isLeaving(context));

/** It is to end. */
export const afterClosing = ({ closingAt, retryAt, spill, clock }: RecorderContext) => ({
  closingAt: closingAt ?? clock.now() + LAST_DRAIN,
  retryAt: spill ? clock.now() : retryAt,
});

/** The database has failed. */
export function afterFailure(context: RecorderContext) {
  const { failures, clock, triedAt, spillAt, spill, closingAt } = context;
  const isFirst = failures === 0 && !isSpilled(context);
  // With a spill the end waits for no more than one try, which is made at once.
  const isLast = spill !== undefined && closingAt !== undefined;
  return {
    failures: failures + 1,
    retryAt: clock.now() + (isLast ? 0 : Math.min(FIRST_RETRY * 2 ** failures, LONGEST_RETRY)),
    spillAt: isFirst ? Math.max(spillAt, triedAt + GRACE) : spillAt,
  };
}

/** A batch has gone from the spill to the database, which took so many ms. */
export const afterDraining = (context: RecorderContext, took: number) => ({
  failures: 0,
  uncertain: undefined,
  isSpilling: context.isSpilling && isSpilled(context),
  rest: Math.min(took, LONGEST_REST),
});

/** What was in memory has gone to the spill. */
export const afterSpilling = ({ isSpilling, failures, clock, flushDelay }: RecorderContext) => ({
  isSpilling: isSpilling || failures > 0,
  spillFailures: 0,
  spillAt: clock.now() + flushDelay,
});

/** The spill has failed. */
export const afterSpillFailure = ({ spillFailures, clock }: RecorderContext) => ({
  spillFailures: spillFailures + 1,
  spillAt: clock.now() + LONGEST_RETRY,
});
