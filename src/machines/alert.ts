import { type ActorRefFrom, assign, setup } from 'xstate';
import type { Rule } from '../alerts/rule.ts';
import type { Verdict } from '../alerts/verdict.ts';

export type AlertEvent =
  /** How the rule finds it now; `value`: a share, ms, or null of states. */
  | { type: 'figure.bad' | 'figure.between' | 'figure.good'; value: number | null }
  /** What was measured says nothing any more: after a suspend, a maintenance, or while the parent was down. */
  | { type: 'evidence.forgotten' }
  /** It is no longer watched. */
  | { type: 'alert.closed'; reason: string };

/** What there is to tell of it. */
export interface AlertNotice {
  kind: 'suppressed' | 'fired' | 'repeated' | 'resolved';
  value: number | null;
  /** When it became bad, ms since the Unix epoch. */
  started: number;
  /** Why it is not told; null where it is. */
  suppressed: string | null;
  /** Why it is over, where that is not by itself. */
  ended: string | null;
  /** Of those that are repeated, the how manieth. */
  number: number;
}

export interface AlertInput {
  rule: Pick<Rule, 'hold' | 'recoveryHold' | 'repeat'>;
  value: number | null;
  /** ms since the Unix epoch. */
  started: number;
  /** It was told before this process began. */
  restored: boolean;
  /** Whether there is a better explanation. */
  verdict: () => Verdict;
  record: (notice: AlertNotice) => void;
}

export interface AlertContext extends AlertInput {
  suppressed: string | null;
  ended: string | null;
  number: number;
}

/** How often it is looked again whether there is a better explanation, ms. */
const LOOK_AGAIN = 1000;

/** So long an explanation is waited for that may still come, ms. */
const PATIENCE = 60_000;

/** XState waits no longer, ms. */
const NEVER = 2 ** 31 - 1;

/**
 * What a rule finds bad of one destination. As long as everything is good, there is none of it.
 *
 * pending: has it been bad for long enough? confirming: is it really about this destination? suppressed: it is not, or nobody wants to know.
 * alerting: whom it concerns is told; firing: it goes on; recovering: has it been good for long enough?
 */
export const alertMachine = setup({
  types: {
    input: {} as AlertInput,
    context: {} as AlertContext,
    events: {} as AlertEvent,
  },
  delays: {
    hold: ({ context }) => context.rule.hold,
    recoveryHold: ({ context }) => context.rule.recoveryHold,
    repeat: ({ context }) => context.rule.repeat ?? NEVER,
    lookAgain: LOOK_AGAIN,
    patience: PATIENCE,
  },
  guards: {
    isRestored: ({ context }) => context.restored,
    isSuppressed: ({ context }) => context.verdict().is === 'suppressed',
    isClear: ({ context }) => context.verdict().is === 'clear',
    isRepeated: ({ context }) => context.rule.repeat !== null && context.verdict().is === 'clear',
  },
  actions: {
    take: assign(({ event }) => ('value' in event ? { value: event.value } : {})),
    takeReason: assign(({ event }) => (event.type === 'alert.closed' ? { ended: event.reason } : {})),
    takeSuppression: assign(({ context }) => {
      const verdict = context.verdict();
      return { suppressed: verdict.is === 'suppressed' ? verdict.by : null };
    }),
    count: assign(({ context }) => ({ number: context.number + 1 })),
    record: ({ context }, { kind }: Pick<AlertNotice, 'kind'>) => {
      const { value, started, suppressed, ended, number } = context;
      context.record({ kind, value, started, suppressed, ended, number });
    },
  },
}).createMachine({
  id: 'alert',
  context: ({ input }) => ({ ...input, suppressed: null, ended: null, number: 0 }),
  initial: 'noticed',
  states: {
    noticed: { always: [{ guard: 'isRestored', target: 'alerting' }, { target: 'pending' }] },
    pending: {
      after: { hold: 'confirming' },
      on: {
        'figure.bad': { actions: 'take' },
        'figure.between': 'gone',
        'figure.good': 'gone',
        'evidence.forgotten': 'gone',
        'alert.closed': 'gone',
      },
    },
    confirming: {
      after: {
        patience: { target: 'alerting', actions: { type: 'record', params: { kind: 'fired' } } },
      },
      on: {
        'figure.bad': { actions: 'take' },
        'figure.between': 'gone',
        'figure.good': 'gone',
        'evidence.forgotten': 'gone',
        'alert.closed': 'gone',
      },
      initial: 'looking',
      states: {
        looking: {
          always: [
            {
              guard: 'isSuppressed',
              target: '#alert.suppressed',
              actions: ['takeSuppression', { type: 'record', params: { kind: 'suppressed' } }],
            },
            {
              guard: 'isClear',
              target: '#alert.alerting',
              actions: { type: 'record', params: { kind: 'fired' } },
            },
          ],
          after: { lookAgain: { target: 'looking', reenter: true } },
        },
      },
    },
    suppressed: {
      on: {
        'figure.bad': { actions: 'take' },
        'figure.good': 'over',
        'evidence.forgotten': 'over',
        'alert.closed': { target: 'over', actions: 'takeReason' },
      },
    },
    alerting: {
      type: 'parallel',
      on: { 'alert.closed': { target: 'over', actions: 'takeReason' } },
      states: {
        figure: {
          initial: 'firing',
          states: {
            firing: { on: { 'figure.bad': { actions: 'take' }, 'figure.good': 'recovering' } },
            recovering: {
              after: { recoveryHold: '#alert.over' },
              on: {
                'figure.bad': { target: 'firing', actions: 'take' },
                'figure.between': 'firing',
                'evidence.forgotten': 'firing',
              },
            },
          },
        },
        reminder: {
          initial: 'waiting',
          states: {
            waiting: {
              after: {
                repeat: [
                  {
                    guard: 'isRepeated',
                    target: 'waiting',
                    reenter: true,
                    actions: ['count', { type: 'record', params: { kind: 'repeated' } }],
                  },
                  { target: 'waiting', reenter: true },
                ],
              },
            },
          },
        },
      },
    },
    over: { type: 'final', entry: { type: 'record', params: { kind: 'resolved' } } },
    gone: { type: 'final' },
  },
});

export type AlertRef = ActorRefFrom<typeof alertMachine>;
