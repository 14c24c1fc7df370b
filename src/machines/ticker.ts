import { type ActorRefFrom, type EventObject, fromCallback } from 'xstate';
import type { Meters } from '../counters.ts';
import type { Clock, ClockTimer } from '../io/clock.ts';
import { Probe } from '../probing/flight.ts';
import { HELD_UP, type LocalConditions } from '../probing/local-conditions.ts';
import { dueAfter, dueFrom, firstDue } from '../probing/schedule.ts';
import { QueuedTimer, TimerQueue } from '../probing/timer-queue.ts';
import type { DestinationEvent } from './destination-context.ts';
import type { Door, Mailbox } from './mailbox.ts';

type Owner = Mailbox<DestinationEvent>;

export type TickerEvent =
  /** Probe every `interval` ms from now on; the phase follows from `id`. */
  | { type: 'schedule.set'; owner: Owner; id: number; interval: number }
  | { type: 'schedule.cleared'; owner: Owner }
  /** Tell the owner when the probe's deadline has passed. */
  | { type: 'deadline.set'; probe: Probe }
  | { type: 'deadline.cleared'; probe: Probe };

export interface TickerInput {
  door: Door<TickerEvent>;
  clock: Clock;
  meters: Meters;
  /** Told when it wakes up, and looked after. */
  conditions: LocalConditions;
}

/** A destination's next due time. */
class Due extends QueuedTimer {
  /** ms */
  at = 0;
  /** When it was scheduled, ms; the first probe's alone. */
  setAt = Number.NEGATIVE_INFINITY;

  constructor(
    readonly owner: Owner,
    readonly id: number,
    readonly interval: number,
  ) {
    super();
  }
}

/**
 * Deadlines lie this far apart, and count as passed one step later: by then, everything that came in time has been read by
 * a transport that reads now and then. ms
 */
const STEP = 5;

/** First probes that are put off are spread over so long, ms. */
const PUT_OFF = 500;

/**
 * Says which probes are due and which have expired, from one timer.
 *
 * Due times are absolute, so that nothing drifts; one that has passed by a whole interval is skipped
 * and counted, never caught up. Precision is a millisecond: a probe is due up to 1 ms late, never early, and given up
 * 5 to 10 ms after its deadline.
 */
export const tickerLogic = fromCallback<EventObject, TickerInput>(
  ({ input: { door, clock, meters, conditions } }) => {
    const queue = new TimerQueue();
    const schedules = new Map<Owner, Due>();
    // Due times are whole milliseconds from here on. A multiple of STEP is when a transport wakes up, too.
    const origin = Math.floor(clock.now() / STEP) * STEP;
    const elapsed = () => clock.now() - origin;

    let timer: ClockTimer | undefined;
    let wakesAt = Number.POSITIVE_INFINITY;
    let ticking = false;
    /** When this host's conditions are looked at next. */
    let looksAt = 0;
    let lookedAt = -1;
    /** When it woke up before, ms. */
    let wokeAt = Number.NEGATIVE_INFINITY;
    const { lookInterval } = conditions;

    const wake = () => {
      timer = undefined;
      wakesAt = Number.POSITIVE_INFINITY;
      ticking = true;
      // Read once: what falls due while the tick is worked off waits for the next, and I/O comes in between.
      const now = elapsed();
      const heldUp = conditions.wake(origin + now);
      const former = wokeAt;
      wokeAt = now;
      if (now >= looksAt) look(now);
      for (let taken = queue.take(now); taken; taken = queue.take(now)) {
        if (taken instanceof Due) fireDue(taken, now, former);
        // What came in meanwhile is read first, unless it has been since: it may have come in time.
        else if (heldUp && taken instanceof Probe && taken.deadline - origin > former)
          queue.add(taken, now + 1);
        else if (taken instanceof Probe) {
          if (lookedAt !== now) look(now);
          taken.owner?.send({ type: 'probe.expired', probe: taken });
        }
      }
      ticking = false;
      rearm();
    };

    const rearm = () => {
      const queued = queue.next();
      if (ticking || queued === undefined) return;
      const next = Math.min(queued, looksAt);
      if (next >= wakesAt) return;
      timer?.cancel();
      wakesAt = next;
      conditions.expectWake(origin + next);
      timer = clock.setTimer(origin + next, wake);
    };

    const look = (now: number) => {
      conditions.look();
      lookedAt = now;
      looksAt = (Math.floor(now / lookInterval) + 1) * lookInterval;
    };

    /** `former`: when the process woke up before. */
    const fireDue = (due: Due, now: number, former: number) => {
      const at = due.at;
      // Whoever starts many destinations is busy until all have started; their first probes need not go out at once then.
      if (due.setAt > former && now - at > HELD_UP) {
        due.at = firstDue(due.id, due.interval, now, PUT_OFF);
        queue.add(due, due.at);
        return;
      }
      const next = dueAfter(due.id, due.interval, at);
      // A whole interval behind: the next due time that still lies ahead.
      const ahead = next > now ? next : dueFrom(due.id, due.interval, now);
      meters.missed += (ahead - next) / due.interval;
      due.at = ahead;
      queue.add(due, ahead);
      due.owner.send({ type: 'probe.due', at: origin + at });
    };

    door.leadTo((event) => {
      switch (event.type) {
        case 'schedule.set': {
          const { owner, id, interval } = event;
          const current = schedules.get(owner);
          if (current?.interval === interval) return;
          if (current) queue.remove(current);
          const due = new Due(owner, id, interval);
          schedules.set(owner, due);
          const now = elapsed();
          // As long as there is nothing to wait for, nobody looks.
          if (now > looksAt) looksAt = now;
          if (!current) due.setAt = now;
          due.at = current ? dueFrom(id, interval, now) : firstDue(id, interval, now);
          queue.add(due, due.at);
          break;
        }
        case 'schedule.cleared': {
          const current = schedules.get(event.owner);
          if (current) queue.remove(current);
          schedules.delete(event.owner);
          return;
        }
        case 'deadline.set':
          queue.add(event.probe, (Math.ceil((event.probe.deadline - origin) / STEP) + 1) * STEP);
          break;
        case 'deadline.cleared':
          queue.remove(event.probe);
          return;
      }
      rearm();
    });

    return () => timer?.cancel();
  },
);

export type TickerRef = ActorRefFrom<typeof tickerLogic>;
