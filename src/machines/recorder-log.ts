import { waitingOf } from '../counters.ts';
import { isSpilled, type RecorderContext } from './recorder-context.ts';

/** The database has failed: once as a warning; that it stays away is told at every try only to who debugs. */
export function logFailure({ logger, failures, meters }: RecorderContext, error: unknown): void {
  const facts = { error: messageOf(error), waiting: waitingOf(meters) };
  if (failures === 1) logger.warn('results.delayed', facts);
  else logger.debug('results.delayed', facts);
}

/** A batch has been stored: it is told when that is news. */
export function logStored({ logger, failures, meters }: RecorderContext): void {
  if (failures > 0) logger.info('results.resumed', { waiting: waitingOf(meters) });
}

/** A batch has gone from the spill to the database. */
export function logDrained(context: RecorderContext): void {
  if (!isSpilled(context)) context.logger.info('results.resumed', { waiting: waitingOf(context.meters) });
  else if (context.failures > 0) logDraining(context);
}

/** The spill has something for the database. */
export function logDraining(context: RecorderContext): void {
  const { logger, spill, meters } = context;
  if (isSpilled(context))
    logger.info('results.draining', { folder: spill?.folder, waiting: waitingOf(meters) });
}

/** What was in memory has gone to the spill, because the database takes nothing. */
export function logSpilling({ logger, spill, meters, isSpilling }: RecorderContext): void {
  if (isSpilling) return;
  logger.warn('results.spilling', { folder: spill?.folder, waiting: waitingOf(meters) });
}

/** The spill has failed; what is to go there stays in memory. */
export function logSpillFailure({ logger, spillFailures, meters }: RecorderContext, error: unknown): void {
  if (spillFailures === 0)
    logger.warn('results.unspilled', { error: messageOf(error), waiting: waitingOf(meters) });
}

/** What the next process finds. */
export function logLeft({ losses, logger, spill }: RecorderContext): void {
  losses.say();
  if (spill && spill.count > 0) logger.warn('results.left', { folder: spill.folder, count: spill.count });
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
