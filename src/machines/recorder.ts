import { type ActorRefFrom, assign, fromPromise, setup } from 'xstate';
import type { Meters } from '../counters.ts';
import type { Source } from '../entities/source.ts';
import type { Logger } from '../logger.ts';
import { Backlog, type Batch } from '../storage/batch.ts';
import type { NewResult, Store } from '../storage/store.ts';
import { type IntakeEvent, type IntakeNotice, intakeLogic } from './intake.ts';
import { Door, type Mailbox } from './mailbox.ts';

export type RecorderEvent =
  | IntakeNotice
  /** Write what there is, then end. */
  | { type: 'recorder.closed' };

export interface RecorderInput {
  store: Store;
  source: Source;
  /** Names the batches; no other process may have had it. */
  writer: string;
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
  /** Results not stored yet; mutable. */
  backlog: Backlog;
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
    write: fromPromise<void, { store: Store; source: Source; batch: Batch | undefined }>(
      async ({ input: { store, source, batch } }) => {
        if (batch) await store.append(source, batch);
      },
    ),
  },
  delays: {
    flushDelay: ({ context }) => context.flushDelay,
    retryDelay: ({ context: { failures } }) => Math.min(FIRST_RETRY * 2 ** (failures - 1), LONGEST_RETRY),
  },
  guards: {
    batchFilled: ({ context }) => context.backlog.hasFullBatch,
    nothingLeft: ({ context }) => context.backlog.size === 0,
    nothingLeftToClose: ({ context }) => context.closing && context.backlog.size === 0,
    closing: ({ context }) => context.closing,
    outOfTries: ({ context }) => context.closing && context.failures >= LAST_TRIES,
  },
  actions: {
    discardOldest: ({ context: { backlog, meters, logger } }) => {
      // What is being written may get stored yet.
      const discarded = backlog.remove({ keepFirst: true });
      meters.lost += discarded;
      logger.error('results.lost', { count: discarded, total: meters.lost });
    },
    discardAll: ({ context: { backlog, meters, logger } }) => {
      const count = backlog.size;
      meters.lost += count;
      logger.error('results.lost', { count, total: meters.lost });
      while (backlog.size > 0) backlog.remove();
    },
    dropWritten: ({ context: { backlog, meters } }) => {
      meters.stored += backlog.remove();
    },
    logFailure: ({ context: { logger, failures, backlog } }, { error }: { error: unknown }) => {
      const message = error instanceof Error ? error.message : String(error);
      const facts = { error: message, waiting: backlog.size };
      // Once as a warning; a database that stays away is told of at every try only to who debugs.
      if (failures === 1) logger.warn('results.delayed', facts);
      else logger.debug('results.delayed', facts);
    },
    logRecovery: ({ context: { logger, failures, backlog } }) => {
      if (failures > 0) logger.info('results.resumed', { waiting: backlog.size });
    },
  },
}).createMachine({
  id: 'recorder',
  context: ({ input, spawn }) => {
    const { writer, meters, listener } = input;
    const backlog = new Backlog(writer, BATCH);
    const intake = new Door<IntakeEvent>();
    spawn('intake', {
      id: 'intake',
      input: { door: intake, backlog, capacity: CAPACITY, meters, listener },
    });
    return { ...input, intake, backlog, failures: 0, closing: false };
  },
  initial: 'buffering',
  on: {
    'backlog.filled': { actions: 'discardOldest' },
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
      invoke: {
        src: 'write',
        input: ({ context: { store, source, backlog } }) => ({ store, source, batch: backlog.first() }),
        onDone: {
          target: 'written',
          actions: ['dropWritten', 'logRecovery', assign({ failures: 0 })],
        },
        onError: {
          target: 'backing off',
          actions: [
            assign({ failures: ({ context }) => context.failures + 1 }),
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
