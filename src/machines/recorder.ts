import { type ActorRefFrom, and, assign, not, or, setup } from 'xstate';
import { BATCH_SIZE, Backlog } from '../storage/batch.ts';
import { type IntakeEvent, type IntakeNotice, intakeLogic } from './intake.ts';
import { Losses } from './losses.ts';
import { Door } from './mailbox.ts';
import {
  afterClosing,
  afterDraining,
  afterFailure,
  afterSpillFailure,
  afterSpilling,
  canEnd,
  canSpill,
  isLeaving,
  isSpillDue,
  isSpilled,
  LAST_TRIES,
  type RecorderContext,
  type RecorderInput,
} from './recorder-context.ts';
import * as log from './recorder-log.ts';
import { closeSpill, drainBatch, spillBacklog, writeBatch } from './recording.ts';

export type RecorderEvent =
  | IntakeNotice
  /** The database has answered somebody after it had not. */
  | { type: 'database.answered' }
  /** Write what there is, then end. */
  | { type: 'recorder.closed' };

/** How many results wait in memory for a database that takes none, at most; the oldest go first. Some 120 MiB. */
const CAPACITY = 1_000_000;

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
  actors: { intake: intakeLogic, writeBatch, spillBacklog, drainBatch, closeSpill },
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
    spillDue: ({ context }) => isSpillDue(context),
    outOfTries: ({ context }) => context.closingAt !== undefined && context.failures >= LAST_TRIES,
    canEnd: ({ context }) => canEnd(context),
    spillToEnd: ({ context }) => isLeaving(context) && canSpill(context),
  },
  actions: {
    // What is being written may get stored yet.
    discardOldest: ({ context: { backlog, losses } }) => losses.add(backlog.remove({ keepFirst: true })),
    discardAll: ({ context: { backlog, losses } }) => {
      losses.add(backlog.size);
      while (backlog.size > 0) backlog.remove();
    },
    noteTurn: ({ context: { meters } }) => void meters.recorderTurns++,
    noteTry: assign({ triedAt: ({ context }) => context.clock.now() }),
    noteFailure: assign(({ context }) => afterFailure(context)),
    noteUncertain: assign({ uncertain: ({ context }) => context.backlog.first() }),
    noteStored: assign({ failures: 0, uncertain: undefined }),
    noteDrained: assign(({ context }, { output }: { output: number }) => afterDraining(context, output)),
    noteSpilled: assign(({ context }) => afterSpilling(context)),
    noteSpillFailure: assign(({ context }) => afterSpillFailure(context)),
    noteClosing: assign(({ context }) => afterClosing(context)),
    logFailure: ({ context }, { error }: { error: unknown }) => log.logFailure(context, error),
    logStored: ({ context }) => log.logStored(context),
    logDraining: ({ context }) => log.logDraining(context),
    logDrained: ({ context }) => log.logDrained(context),
    logSpilling: ({ context }) => log.logSpilling(context),
    logSpillFailure: ({ context }, { error }: { error: unknown }) => log.logSpillFailure(context, error),
    logLeft: ({ context }) => log.logLeft(context),
  },
}).createMachine({
  id: 'recorder',
  context: ({ input, spawn }) => {
    const { writer, meters, clock, logger, listener, spill, ...rest } = input;
    const backlog = new Backlog(writer, BATCH_SIZE);
    const intake = new Door<IntakeEvent>();
    const losses = new Losses({ meters, logger, clock });
    meters.inherited = spill?.count ?? 0;
    spawn('intake', {
      id: 'intake',
      input: { door: intake, backlog, capacity: CAPACITY, meters, listener },
    });
    return {
      ...{ ...rest, meters, clock, logger, intake, backlog, losses, spill },
      ...{
        failures: 0,
        triedAt: 0,
        retryAt: 0,
        uncertain: undefined,
        spillFailures: 0,
        spillAt: 0,
        isSpilling: false,
      },
      ...{ rest: 0, closingAt: undefined },
    };
  },
  initial: 'choosing',
  entry: 'logDraining',
  on: {
    'backlog.filled': { actions: 'discardOldest' },
    'recorder.closed': { actions: 'noteClosing' },
  },
  states: {
    choosing: {
      entry: 'noteTurn',
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
      entry: 'noteTry',
      invoke: {
        src: 'writeBatch',
        input: ({ context }) => context,
        onDone: { target: 'choosing', actions: ['logStored', 'noteStored'] },
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
        // With nothing but memory, tries go on as they were.
        'recorder.closed': { guard: 'hasSpill', target: 'choosing', actions: 'noteClosing' },
      },
    },
    spilling: {
      invoke: {
        src: 'spillBacklog',
        input: ({ context }) => context,
        onDone: [
          { guard: 'failing', target: 'backing off', actions: ['logSpilling', 'noteSpilled'] },
          { target: 'choosing', actions: 'noteSpilled' },
        ],
        onError: [
          {
            guard: 'failing',
            target: 'backing off',
            actions: [{ type: 'logSpillFailure', params: ({ event }) => event }, 'noteSpillFailure'],
          },
          {
            target: 'choosing',
            actions: [{ type: 'logSpillFailure', params: ({ event }) => event }, 'noteSpillFailure'],
          },
        ],
      },
    },
    draining: {
      entry: 'noteTry',
      invoke: {
        src: 'drainBatch',
        input: ({ context }) => context,
        onDone: {
          target: 'resting',
          actions: ['logDrained', { type: 'noteDrained', params: ({ event }) => event }],
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
