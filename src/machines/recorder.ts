import { type ActorRefFrom, and, assign, not, or, setup } from 'xstate';
import type { Meters } from '../counters.ts';
import type { Source } from '../entities/source.ts';
import type { Clock } from '../io/clock.ts';
import type { Logger } from '../logger.ts';
import { Backlog, type Batch } from '../storage/batch.ts';
import { Spill, type SpillOptions } from '../storage/spill.ts';
import type { Damage } from '../storage/spill-segment.ts';
import type { NewResult, Store } from '../storage/store.ts';
import { type IntakeEvent, type IntakeNotice, intakeLogic } from './intake.ts';
import { Losses } from './losses.ts';
import { Door, type Mailbox } from './mailbox.ts';
import { closeSpill, drainBatch, openSpill, type Recording, spillBacklog, writeBatch } from './recording.ts';

export type RecorderEvent =
  | IntakeNotice
  /** The database has answered somebody after it had not. */
  | { type: 'database.answered' }
  /** Write what there is, then end. */
  | { type: 'recorder.closed' };

export type SpillSettings = Pick<SpillOptions, 'folder' | 'limit' | 'drop'>;

export interface RecorderInput {
  store: Store;
  source: Source;
  clock: Clock;
  /** Names the batches; no other process may have had it. */
  writer: string;
  /** Where results wait for a database that takes none; in memory alone unless given. */
  spill: SpillSettings | undefined;
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
  /** Failures of the database in a row, and when it is tried again. */
  failures: number;
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

/** How many results one statement stores: large enough to be cheap, small enough to let readers in. */
const BATCH = 4000;

/** How many results wait in memory for a database that takes none, at most; the oldest go first. Some 120 MiB. */
const CAPACITY = 1_000_000;

/** After a failure: twice as long each time, within these bounds. ms */
const FIRST_RETRY = 100;
const LONGEST_RETRY = 5000;

/** How often a closing recorder tries to store what nowhere else is left for, before it gives that up: about 30 s. */
const LAST_TRIES = 12;

/** Draining pauses as long as it works, so that it takes half of the database's time at most; but no longer than this. ms */
const LONGEST_REST = 100;

/** So long a closing recorder goes on draining: the next one can do it as well. ms */
const LAST_DRAIN = 2000;

/**
 * The only writer to the database.
 *
 * buffering: results gather. writing: a batch goes from memory to the database. When that fails, the recorder is backing off;
 * what gathers meanwhile goes to the spill (spilling), and from there to the database when that is back (draining), with
 * everything new behind it until the spill is empty.
 */
export const recorderMachine = setup({
  types: {
    input: {} as RecorderInput,
    context: {} as RecorderContext,
    events: {} as RecorderEvent,
  },
  actors: { intake: intakeLogic, openSpill, writeBatch, spillBacklog, drainBatch, closeSpill },
  delays: {
    flushDelay: ({ context }) => context.flushDelay,
    untilRetry: ({ context: { retryAt, clock } }) => Math.max(0, retryAt - clock.now()),
    untilSpill: ({ context: { spillAt, clock } }) => Math.max(0, spillAt - clock.now()),
    rest: ({ context }) => context.rest,
  },
  guards: {
    hasSpill: ({ context }) => context.spill !== undefined,
    batchFilled: ({ context }) => context.backlog.hasFullBatch,
    nothingLeft: ({ context }) => context.backlog.size === 0,
    closing: ({ context }) => context.closingAt !== undefined,
    failing: ({ context }) => context.failures > 0,
    spilled: ({ context }) => isSpilled(context),
    spillDue: ({ context }) =>
      canSpill(context) && (context.clock.now() >= context.spillAt || context.backlog.hasFullBatch),
    outOfTries: ({ context }) => context.closingAt !== undefined && context.failures >= LAST_TRIES,
    /** Nothing is left, or nothing that the next process does not find. */
    canEnd: ({ context }) =>
      context.closingAt !== undefined &&
      context.backlog.size === 0 &&
      (!isSpilled(context) || isLeaving(context)),
    spillToEnd: ({ context }) => isLeaving(context) && canSpill(context),
  },
  actions: {
    // What is being written may get stored yet.
    discardOldest: ({ context: { backlog, losses } }) => losses.add(backlog.remove({ keepFirst: true })),
    discardAll: ({ context: { backlog, losses } }) => {
      while (backlog.size > 0) losses.add(backlog.remove());
    },
    noteFailure: assign(({ context: { failures, clock, flushDelay, spillAt } }) => ({
      failures: failures + 1,
      retryAt: clock.now() + Math.min(FIRST_RETRY * 2 ** failures, LONGEST_RETRY),
      // A lock that somebody has for a moment is not worth a spill.
      spillAt: failures === 0 ? Math.max(spillAt, clock.now() + flushDelay) : spillAt,
    })),
    noteUncertain: assign({ uncertain: ({ context }) => context.backlog.first() }),
    logFailure: ({ context: { logger, failures, meters } }, { error }: { error: unknown }) => {
      const facts = { error: messageOf(error), waiting: waitingOf(meters) };
      // Once as a warning; a database that stays away is told of at every try only to who debugs.
      if (failures === 1) logger.warn('results.delayed', facts);
      else logger.debug('results.delayed', facts);
    },
    noteStored: assign(({ context: { logger, failures, meters } }) => {
      if (failures > 0) logger.info('results.resumed', { waiting: waitingOf(meters) });
      return { failures: 0, uncertain: undefined };
    }),
    noteDrained: assign(({ context }, { took }: { took: number }) => {
      const { failures, logger, meters, isSpilling } = context;
      if (!isSpilled(context)) logger.info('results.resumed', { waiting: waitingOf(meters) });
      else if (failures > 0) logDraining(context);
      return {
        failures: 0,
        uncertain: undefined,
        isSpilling: isSpilling && isSpilled(context),
        rest: Math.min(took, LONGEST_REST),
      };
    }),
    logSpilling: ({ context: { logger, spill, meters, failures, isSpilling } }) => {
      const facts = { folder: spill?.folder, waiting: waitingOf(meters) };
      if (failures > 0 && !isSpilling) logger.warn('results.spilling', facts);
    },
    noteSpilled: assign(({ context }) => ({
      isSpilling: context.isSpilling || context.failures > 0,
      spillFailures: 0,
      spillAt: context.clock.now() + context.flushDelay,
    })),
    noteUnspilled: assign(({ context }, { error }: { error: unknown }) => {
      if (context.spillFailures === 0) context.logger.warn('results.unspilled', { error: messageOf(error) });
      return {
        spillFailures: context.spillFailures + 1,
        spillAt: context.clock.now() + LONGEST_RETRY,
      };
    }),
    giveSpillUp: assign(({ context: { logger } }, { error }: { error: unknown }) => {
      logger.warn('spill.unusable', { error: messageOf(error) });
      return { spill: undefined };
    }),
    logFound: ({ context }) => {
      if (isSpilled(context)) logDraining(context);
    },
    noteClosing: assign(({ context: { closingAt, clock } }) => ({
      closingAt: closingAt ?? clock.now() + LAST_DRAIN,
    })),
    logLeft: ({ context: { losses, logger, spill } }) => {
      losses.say();
      if (spill && spill.count > 0) logger.warn('results.left', { folder: spill.folder, count: spill.count });
    },
  },
}).createMachine({
  id: 'recorder',
  context: ({ input, spawn }) => {
    const { writer, meters, clock, logger, listener, spill: settings, ...rest } = input;
    const backlog = new Backlog(writer, BATCH);
    const intake = new Door<IntakeEvent>();
    const losses = new Losses({ meters, logger, clock });
    const damaged = ({ file, offset, lost }: Damage) => logger.warn('spill.damaged', { file, offset, lost });
    const spill = settings && new Spill({ ...settings, batchSize: BATCH, damaged });
    spawn('intake', {
      id: 'intake',
      input: { door: intake, backlog, capacity: CAPACITY, meters, listener },
    });
    return {
      ...{ ...rest, meters, clock, logger, intake, backlog, losses, spill },
      ...{ failures: 0, retryAt: 0, uncertain: undefined, spillFailures: 0, spillAt: 0, isSpilling: false },
      ...{ rest: 0, closingAt: undefined },
    };
  },
  initial: 'opening',
  on: {
    'backlog.filled': { actions: 'discardOldest' },
    'recorder.closed': { actions: 'noteClosing' },
  },
  states: {
    opening: {
      always: { guard: not('hasSpill'), target: 'buffering' },
      invoke: {
        src: 'openSpill',
        input: ({ context }) => context,
        onDone: { target: 'choosing', actions: 'logFound' },
        onError: { target: 'choosing', actions: { type: 'giveSpillUp', params: ({ event }) => event } },
      },
    },
    choosing: {
      always: [
        { guard: 'canEnd', target: 'closing' },
        { guard: 'spillToEnd', target: 'spilling' },
        { guard: and(['spilled', 'spillDue', not('nothingLeft')]), target: 'spilling' },
        { guard: 'spilled', target: 'draining' },
        { guard: or(['closing', 'failing', 'batchFilled']), target: 'writing' },
        { guard: 'nothingLeft', target: 'buffering' },
        { target: 'buffering.filling' },
      ],
    },
    buffering: {
      initial: 'empty',
      on: { 'recorder.closed': { target: 'choosing', actions: 'noteClosing' } },
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
        src: 'writeBatch',
        input: ({ context }) => context,
        onDone: { target: 'choosing', actions: 'noteStored' },
        onError: {
          target: 'backing off',
          actions: ['noteFailure', 'noteUncertain', { type: 'logFailure', params: ({ event }) => event }],
        },
      },
    },
    'backing off': {
      always: [
        { guard: 'canEnd', target: 'closing' },
        { guard: 'spillToEnd', target: 'spilling' },
        { guard: 'outOfTries', target: 'closing', actions: 'discardAll' },
      ],
      after: {
        untilRetry: 'choosing',
        untilSpill: { guard: and(['hasSpill', not('nothingLeft')]), target: 'spilling' },
      },
      on: {
        'results.waiting': { guard: 'hasSpill', target: 'backing off', reenter: true },
        'batch.filled': { guard: 'spillDue', target: 'spilling' },
        'database.answered': 'choosing',
      },
    },
    spilling: {
      entry: 'logSpilling',
      invoke: {
        src: 'spillBacklog',
        input: ({ context }) => context,
        onDone: [
          { guard: 'failing', target: 'backing off', actions: 'noteSpilled' },
          { target: 'choosing', actions: 'noteSpilled' },
        ],
        onError: [
          {
            guard: 'failing',
            target: 'backing off',
            actions: { type: 'noteUnspilled', params: ({ event }) => event },
          },
          { target: 'choosing', actions: { type: 'noteUnspilled', params: ({ event }) => event } },
        ],
      },
    },
    draining: {
      invoke: {
        src: 'drainBatch',
        input: ({ context }) => context,
        onDone: {
          target: 'resting',
          actions: { type: 'noteDrained', params: ({ event }) => ({ took: event.output }) },
        },
        onError: {
          target: 'backing off',
          actions: ['noteFailure', { type: 'logFailure', params: ({ event }) => event }],
        },
      },
    },
    resting: {
      always: { guard: 'closing', target: 'choosing' },
      after: { rest: 'choosing' },
    },
    closing: {
      entry: 'logLeft',
      always: { guard: not('hasSpill'), target: 'closed' },
      invoke: { src: 'closeSpill', input: ({ context }) => context, onDone: 'closed', onError: 'closed' },
    },
    closed: { type: 'final' },
  },
});

export type RecorderRef = ActorRefFrom<typeof recorderMachine>;

const isSpilled = ({ spill }: RecorderContext): boolean => spill !== undefined && spill.count > 0;

/** After a failure of the spill it is left alone for a while. */
const canSpill = ({ spill, spillFailures, spillAt, clock }: RecorderContext): boolean =>
  spill !== undefined && (spillFailures === 0 || clock.now() >= spillAt);

/** Whether what is left is the next process's. */
const isLeaving = ({ closingAt, failures, clock }: RecorderContext): boolean =>
  closingAt !== undefined && (failures > 0 || clock.now() >= closingAt);

const waitingOf = ({ inherited, results, stored, lost }: Meters): number =>
  inherited + results - stored - lost;

const logDraining = ({ logger, spill, meters }: RecorderContext): void =>
  logger.info('results.draining', { folder: spill?.folder, waiting: waitingOf(meters) });

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
