import { type EventObject, fromCallback } from 'xstate';
import type { Meters } from '../counters.ts';
import type { Backlog } from '../storage/batch.ts';
import { encodeResult, type NewResult } from '../storage/store.ts';
import type { Door } from './mailbox.ts';

export type IntakeEvent = { type: 'result.made'; result: NewResult };

/** What it tells the recorder. */
export type IntakeNotice =
  /** There was none, and now there is one. */
  | { type: 'results.waiting' }
  /** There is a full batch. */
  | { type: 'batch.filled' }
  /** There is no room for more. */
  | { type: 'backlog.filled' };

export interface IntakeInput {
  door: Door<IntakeEvent>;
  /** Where results go; the recorder takes them out. */
  backlog: Backlog;
  capacity: number;
  meters: Meters;
  /** Told each result as it is made. */
  listener: (result: NewResult) => void;
}

/** The recorder's front: takes a result in far less time than a machine's transition would. */
export const intakeLogic = fromCallback<EventObject, IntakeInput>(
  ({ input: { door, backlog, capacity, meters, listener }, sendBack }) => {
    const tell = (notice: IntakeNotice) => sendBack(notice);
    door.leadTo(({ result }) => {
      const wasFull = backlog.hasFullBatch;
      backlog.add(encodeResult(result), result);
      const { size } = backlog;
      meters.results++;
      if (size > meters.waitingMost) meters.waitingMost = size;
      if (result.doubt !== null) meters.doubts[result.doubt]++;
      if (size === 1) tell({ type: 'results.waiting' });
      if (backlog.hasFullBatch && !wasFull) tell({ type: 'batch.filled' });
      if (size >= capacity) tell({ type: 'backlog.filled' });
      listener(result);
    });
  },
);
