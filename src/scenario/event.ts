import { checkTimeline } from './check-timeline.ts';
import { type Problem, problemsOf, ScenarioError } from './problems.ts';
import type { Scenario } from './schema.ts';
import { type EventGiven, eventSchema, type TimelineEvent } from './timeline-schema.ts';

type WithoutTime<Event> = Event extends unknown ? Omit<Event, 'at'> : never;

/** What happens, as an event of a timeline would say it, but for `at`. */
export type HappeningGiven = WithoutTime<EventGiven>;

/** The event that happens to a scenario at `now`, ns. Throws ScenarioError. */
export function eventOf(given: HappeningGiven, scenario: Scenario, now: number): TimelineEvent {
  const whole: unknown = { ...given, at: `${now}ns` };
  const parsed = eventSchema.safeParse(whole);
  if (!parsed.success) throw refusal(problemsOf(parsed.error.issues, whole));
  const timeline = [...scenario.timeline, parsed.data];
  // It may happen after the end, and what has happened before has been looked at.
  const problems = checkTimeline({ ...scenario, duration: Number.POSITIVE_INFINITY, timeline });
  const own = problems.filter(({ path }) => path[1] === timeline.length - 1);
  if (own.length > 0) throw refusal(own);
  return parsed.data;
}

const refusal = (problems: readonly Problem[]): ScenarioError =>
  new ScenarioError(problems.map(({ message }) => `event: ${message}`));
