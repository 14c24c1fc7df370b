import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createActor } from 'xstate';
import type { Verdict } from '../../src/alerts/verdict.ts';
import { actorClock } from '../../src/io/clock.ts';
import { type AlertNotice, alertMachine } from '../../src/machines/alert.ts';
import { SimulatedClock } from '../../src/simulation/simulated-clock.ts';

const HOLD = 5;
const RECOVERY = 8;
const PATIENCE = 60;

type Step =
  | { do: 'bad' | 'between' | 'good' | 'forget' | 'close' }
  | { do: 'verdict'; is: Verdict['is'] }
  | { do: 'wait'; seconds: number };

const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('bad' as const, 'between', 'good') }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('forget' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('close' as const) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('verdict' as const),
        is: fc.constantFrom('clear' as const, 'unsure', 'suppressed'),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({ do: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 20 }) }),
    },
  ),
  { maxLength: 40 },
);

/** The same in the simplest way there is: a second after the other. */
class Model {
  state: 'pending' | 'confirming' | 'suppressed' | 'firing' | 'recovering' | 'over' | 'gone' = 'pending';
  told: AlertNotice['kind'][] = [];
  verdict: Verdict['is'] = 'clear';
  #since = 0;

  take(step: Step['do']): void {
    const { state } = this;
    if (state === 'pending' || state === 'confirming') {
      if (step !== 'bad') this.#go('gone');
      else if (state === 'confirming') this.#confirm();
    } else if (state === 'suppressed') {
      if (step === 'good' || step === 'forget' || step === 'close') this.#over();
    } else if (state === 'firing' || state === 'recovering') {
      if (step === 'close') this.#over();
      else if (step === 'good') {
        if (state === 'firing') this.#go('recovering');
      } else if (state === 'recovering') this.#go('firing');
    }
  }

  second(): void {
    this.#since++;
    if (this.state === 'pending' && this.#since >= HOLD) {
      this.#go('confirming');
      this.#confirm();
    } else if (this.state === 'confirming') {
      if (this.#since >= PATIENCE) this.#tell('fired', 'firing');
      else this.#confirm();
    } else if (this.state === 'recovering' && this.#since >= RECOVERY) this.#over();
  }

  #confirm(): void {
    if (this.verdict === 'suppressed') this.#tell('suppressed', 'suppressed');
    else if (this.verdict === 'clear') this.#tell('fired', 'firing');
  }

  #tell(kind: AlertNotice['kind'], state: Model['state']): void {
    this.told.push(kind);
    this.#go(state);
  }

  #over(): void {
    this.#tell('resolved', 'over');
  }

  #go(state: Model['state']): void {
    this.state = state;
    this.#since = 0;
  }
}

const EVENTS = { bad: 'figure.bad', between: 'figure.between', good: 'figure.good' } as const;

test('an alert goes the ways of a model that is simple enough to be read, whatever happens', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const clock = new SimulatedClock(0n);
      const model = new Model();
      const told: AlertNotice['kind'][] = [];
      const actor = createActor(alertMachine, {
        clock: actorClock(clock),
        input: {
          rule: { hold: HOLD * 1000, recoveryHold: RECOVERY * 1000, repeat: null },
          value: null,
          started: 0,
          restored: false,
          verdict: () =>
            model.verdict === 'suppressed' ? { is: 'suppressed', by: 'parent 1' } : { is: model.verdict },
          record: ({ kind }) => told.push(kind),
        },
      }).start();
      let now = 0;
      for (const step of all) {
        if (step.do === 'verdict') model.verdict = step.is;
        else if (step.do === 'wait')
          for (let second = 0; second < step.seconds; second++) {
            model.second();
            now += 1e9;
            while (clock.advance(now));
            clock.rest(now);
          }
        else {
          model.take(step.do);
          if (step.do === 'close') actor.send({ type: 'alert.closed', reason: 'it is' });
          else if (step.do === 'forget') actor.send({ type: 'evidence.forgotten' });
          else actor.send({ type: EVENTS[step.do], value: null });
        }
        expect(told).toEqual(model.told);
        const isEnded = model.state === 'over' || model.state === 'gone';
        expect(actor.getSnapshot().status).toBe(isEnded ? 'done' : 'active');
        if (isEnded) break;
      }
      // Nobody is told of an end who was not told of a beginning, and of neither twice.
      expect(told.filter((kind) => kind === 'resolved').length).toBeLessThanOrEqual(1);
      expect(told.filter((kind) => kind !== 'resolved').length).toBeLessThanOrEqual(1);
      expect(told.indexOf('resolved')).not.toBe(0);
    }),
    { numRuns: 2000 },
  );
});

test('one that goes on is told again as often as the rule says, but not while it is suppressed', () => {
  const clock = new SimulatedClock(0n);
  const told: [AlertNotice['kind'], number][] = [];
  let verdict: Verdict = { is: 'clear' };
  createActor(alertMachine, {
    clock: actorClock(clock),
    input: {
      rule: { hold: 0, recoveryHold: 0, repeat: 60_000 },
      value: 1,
      started: 0,
      restored: true,
      verdict: () => verdict,
      record: ({ kind, number }) => told.push([kind, number]),
    },
  }).start();
  const minutes = (count: number) => {
    for (const until = clock.world.now() + count * 60e9; clock.advance(until); );
  };
  minutes(2);
  verdict = { is: 'suppressed', by: 'maintenance 1' };
  minutes(3);
  verdict = { is: 'clear' };
  minutes(1);
  expect(told).toEqual([
    ['repeated', 1],
    ['repeated', 2],
    ['repeated', 3],
  ]);
});
