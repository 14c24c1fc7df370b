import { checkTimeline } from './check-timeline.ts';
import { kindlessEvents } from './parse.ts';
import { type Problem, problemsOf, ScenarioError } from './problems.ts';
import type { Scenario } from './schema.ts';
import { type EventGiven, type TimelineEvent, timelineSchema } from './timeline-schema.ts';

type WithoutTime<Event> = Event extends unknown ? Omit<Event, 'at'> : never;

/** What happens, as an event of a timeline would say it, but for `at`. */
export type HappeningGiven = WithoutTime<EventGiven>;

/** The event that happens to a scenario at `now`, ns. Throws ScenarioError. */
export function eventOf(given: HappeningGiven, scenario: Scenario, now: number): TimelineEvent {
  const events: unknown = [{ ...given, at: `${now}ns` }];
  refuse(kindlessEvents({ timeline: events }));
  const parsed = timelineSchema.safeParse(events);
  if (!parsed.success) refuse(problemsOf(parsed.error.issues, events));
  const [event] = parsed.data as [TimelineEvent];
  const timeline = [...scenario.timeline, event];
  refuse(checkTimeline({ ...scenario, duration: Number.POSITIVE_INFINITY, timeline }));
  return event;
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new ScenarioError(problems.map(({ message }) => `event: ${message}`));
}
