import { type EventObject, fromCallback } from 'xstate';
import type { Meters } from '../counters.ts';
import type { GapReason } from '../entities/gap.ts';
import type { Source } from '../entities/source.ts';
import type { Clock, ClockTimer } from '../io/clock.ts';
import type { Logger } from '../logger.ts';
import type { NewGap, Store } from '../storage/store.ts';

/** How often a sign of life is given, ms. */
const INTERVAL = 5000;

/** A monitor that is away for less has no gap, ns. */
const SHORTEST = 1_000_000_000n;

/** More gaps than these do not wait for a database that takes none; the oldest go. */
const MOST = 10_000;

export type PresenceEvent =
  /** The source could not probe; of one that goes on, again with its new end. */
  | { type: 'gap.noticed'; gap: NewGap }
  /** The source is about to end: the last sign of life. */
  | { type: 'presence.closed' };

export interface PresenceInput {
  store: Store;
  source: Source;
  clock: Clock;
  meters: Pick<Meters, 'gaps' | 'gapTime'>;
  logger: Logger;
  /** When the source gave a sign of life last, before now; ns since the Unix epoch. */
  lastSeen: bigint | null;
}

/** Tells the database that the source is there, and when it was not. */
export const presenceLogic = fromCallback<PresenceEvent & EventObject, PresenceInput>(
  ({ input: { store, source, clock, meters, logger, lastSeen }, receive }) => {
    /** Not stored yet, by start and reason: the newest end of each. */
    const gaps = new Map<string, NewGap>();
    let timer: ClockTimer | undefined;
    let writing = false;
    const now = () => clock.wall(clock.now());

    /** The last of each reason, to tell one that goes on. */
    const counted = new Map<GapReason, NewGap>();
    const count = (gap: NewGap) => {
      const last = counted.get(gap.reason);
      const goesOn = last?.start === gap.start;
      if (!goesOn) meters.gaps[gap.reason]++;
      meters.gapTime[gap.reason] += Number(gap.end - (goesOn ? last.end : gap.start)) / 1e6;
      counted.set(gap.reason, gap);
    };

    const keep = (gap: NewGap) => {
      count(gap);
      gaps.set(keyOf(gap), gap);
      for (const key of gaps.keys()) {
        if (gaps.size <= MOST) break;
        gaps.delete(key);
      }
    };

    const note = async (stopped = false) => {
      const told = [...gaps.values()];
      writing = true;
      try {
        await store.note(source, { seen: now(), gaps: told, stopped });
        for (const gap of told) if (gaps.get(keyOf(gap)) === gap) gaps.delete(keyOf(gap));
      } catch (error) {
        // Results tell of a database that takes nothing; the next time, all of this is told again.
        logger.debug('presence.delayed', { error: error instanceof Error ? error.message : String(error) });
      }
      writing = false;
    };

    const beat = () => {
      if (!writing) void note();
      timer = clock.setTimer(clock.now() + INTERVAL, beat);
    };

    const startedAt = now();
    // A clock that was set back meanwhile does not say for how long.
    if (lastSeen !== null && startedAt - lastSeen >= SHORTEST)
      keep({ start: lastSeen, end: startedAt, reason: 'down' });
    beat();

    receive((event) => {
      if (event.type === 'gap.noticed') keep(event.gap);
      else {
        timer?.cancel();
        void note(true);
      }
    });
    return () => timer?.cancel();
  },
);

const keyOf = ({ start, reason }: NewGap): string => `${reason} ${start}`;
