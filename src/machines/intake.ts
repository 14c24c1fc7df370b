import { type EventObject, fromCallback } from 'xstate';
import type { Meters } from '../counters.ts';
import { type EncodedResult, encodeResult, type NewResult } from '../storage/store.ts';
import type { Door } from './mailbox.ts';

export type IntakeEvent = { type: 'result.made'; result: NewResult };

/** What it tells the recorder. */
export type IntakeNotice =
  /** The buffer was empty, and is no longer. */
  | { type: 'results.waiting' }
  /** There is enough for a batch. */
  | { type: 'batch.filled' }
  /** There is no room for more. */
  | { type: 'buffer.filled' };

export interface IntakeInput {
  door: Door<IntakeEvent>;
  /** Where results go, the oldest first; the recorder takes them out. */
  buffer: EncodedResult[];
  batch: number;
  capacity: number;
  meters: Meters;
  /** Told each result as it is made. */
  listener: (result: NewResult) => void;
}

/** The recorder's front: takes a result in far less time than a machine's transition would. */
export const intakeLogic = fromCallback<EventObject, IntakeInput>(
  ({ input: { door, buffer, batch, capacity, meters, listener }, sendBack }) => {
    const tell = (notice: IntakeNotice) => sendBack(notice);
    door.leadTo(({ result }) => {
      const size = buffer.push(encodeResult(result));
      meters.results++;
      if (size > meters.waitingMost) meters.waitingMost = size;
      if (result.doubt !== null) meters.doubts[result.doubt]++;
      if (size === 1) tell({ type: 'results.waiting' });
      if (size === batch) tell({ type: 'batch.filled' });
      if (size >= capacity) tell({ type: 'buffer.filled' });
      listener(result);
    });
  },
);
