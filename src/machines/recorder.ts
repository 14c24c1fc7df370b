import { type ActorRefFrom, assign, fromPromise, setup } from 'xstate';
import type { Meters } from '../counters.ts';
import type { Source } from '../entities/source.ts';
import type { Logger } from '../logger.ts';
import type { EncodedResult, NewResult, Store } from '../storage/store.ts';
import { type IntakeEvent, type IntakeNotice, intakeLogic } from './intake.ts';
import { Door, type Mailbox } from './mailbox.ts';

export type RecorderEvent =
  | IntakeNotice
  /** Write what there is, then end. */
  | { type: 'recorder.closed' };

export interface RecorderInput {
  store: Store;
  source: Source;
  meters: Meters;
  logger: Logger;
  /** Told each result as it is made. */
  listener: (result: NewResult) => void;
  /** A result waits at most this long before it is written, ms. */
  flushDelay: number;
}

export interface RecorderContext extends RecorderInput {
  /** Where results are sent. */
  intake: Mailbox<IntakeEvent>;
  /** Results not stored yet, the oldest first; mutable. */
  buffer: EncodedResult[];
  /** How many of the buffer's first are being written. */
  writing: number;
  failures: number;
  closing: boolean;
}

/** How many results one statement stores: large enough to be cheap, small enough to let readers in. */
const BATCH = 4000;

/** How many results wait for a database that takes none, at most; the oldest go first. Some 120 MiB. */
const CAPACITY = 1_000_000;

/** After a failure: twice as long each time, within these bounds. ms */
const FIRST_RETRY = 100;
const LONGEST_RETRY = 5000;

/** How often a closing recorder tries before it gives the rest up: about 30 s. */
const LAST_TRIES = 12;

/** The only writer to the database. */
export const recorderMachine = setup({
  types: {
    input: {} as RecorderInput,
    context: {} as RecorderContext,
    events: {} as RecorderEvent,
  },
  actors: {
    intake: intakeLogic,
    write: fromPromise<void, { store: Store; source: Source; batch: EncodedResult[] }>(({ input }) =>
      input.store.append(input.source, input.batch),
    ),
  },
  delays: {
    flushDelay: ({ context }) => context.flushDelay,
    retryDelay: ({ context: { failures } }) => Math.min(FIRST_RETRY * 2 ** (failures - 1), LONGEST_RETRY),
  },
  guards: {
    batchFilled: ({ context }) => context.buffer.length >= BATCH,
    nothingLeft: ({ context }) => context.buffer.length === 0,
    nothingLeftToClose: ({ context }) => context.closing && context.buffer.length === 0,
    closing: ({ context }) => context.closing,
    outOfTries: ({ context }) => context.closing && context.failures >= LAST_TRIES,
  },
  actions: {
    discardOldest: ({ context: { buffer, writing, meters, logger } }) => {
      // What is being written may get stored yet.
      const discarded = buffer.splice(writing, BATCH).length;
      meters.lost += discarded;
      logger.error('results.lost', { count: discarded, total: meters.lost });
    },
    discardAll: ({ context: { buffer, meters, logger } }) => {
      meters.lost += buffer.length;
      logger.error('results.lost', { count: buffer.length, total: meters.lost });
      buffer.length = 0;
    },
    dropWritten: ({ context: { buffer, writing, meters } }) => {
      buffer.splice(0, writing);
      meters.stored += writing;
    },
    logFailure: ({ context: { logger, failures, buffer } }, { error }: { error: unknown }) => {
      const message = error instanceof Error ? error.message : String(error);
      const facts = { error: message, waiting: buffer.length };
      // Once as a warning; a database that stays away is told of at every try only to who debugs.
      if (failures === 1) logger.warn('results.delayed', facts);
      else logger.debug('results.delayed', facts);
    },
    logRecovery: ({ context: { logger, failures, buffer } }) => {
      if (failures > 0) logger.info('results.resumed', { waiting: buffer.length });
    },
  },
}).createMachine({
  id: 'recorder',
  context: ({ input, spawn }) => {
    const buffer: EncodedResult[] = [];
    const { meters, listener } = input;
    const intake = new Door<IntakeEvent>();
    spawn('intake', {
      id: 'intake',
      input: { door: intake, buffer, batch: BATCH, capacity: CAPACITY, meters, listener },
    });
    return { ...input, intake, buffer, writing: 0, failures: 0, closing: false };
  },
  initial: 'buffering',
  on: {
    'buffer.filled': { actions: 'discardOldest' },
    'recorder.closed': { actions: assign({ closing: true }) },
  },
  states: {
    buffering: {
      initial: 'empty',
      on: {
        'recorder.closed': [
          { guard: 'nothingLeft', target: 'closed' },
          { target: 'writing', actions: assign({ closing: true }) },
        ],
      },
      states: {
        empty: { on: { 'results.waiting': 'filling' } },
        filling: {
          on: { 'batch.filled': '#recorder.writing' },
          after: { flushDelay: '#recorder.writing' },
        },
      },
    },
    writing: {
      entry: assign({ writing: ({ context }) => Math.min(context.buffer.length, BATCH) }),
      invoke: {
        src: 'write',
        input: ({ context: { store, source, buffer, writing } }) => ({
          store,
          source,
          batch: buffer.slice(0, writing),
        }),
        onDone: {
          target: 'written',
          actions: ['dropWritten', 'logRecovery', assign({ failures: 0, writing: 0 })],
        },
        onError: {
          target: 'backing off',
          actions: [
            assign({ failures: ({ context }) => context.failures + 1, writing: 0 }),
            { type: 'logFailure', params: ({ event }) => event },
          ],
        },
      },
    },
    written: {
      always: [
        { guard: 'nothingLeftToClose', target: 'closed' },
        { guard: 'closing', target: 'writing' },
        { guard: 'batchFilled', target: 'writing' },
        { guard: 'nothingLeft', target: 'buffering' },
        { target: 'buffering.filling' },
      ],
    },
    'backing off': {
      always: { guard: 'outOfTries', target: 'closed', actions: 'discardAll' },
      after: { retryDelay: 'writing' },
    },
    closed: { type: 'final' },
  },
});

export type RecorderRef = ActorRefFrom<typeof recorderMachine>;
