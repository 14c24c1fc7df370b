import type { LiveStore } from '../api/live.ts';
import { type DestinationNow, STATES } from '../api/now.ts';
import { countText, rttText, shareText } from '../figures.ts';
import { Icon } from '../shell/icons.tsx';
import { COLUMNS, ROUGH } from './columns.ts';
import { STATE_WORDS, StateSign } from './states.tsx';

/** The heading of a group, with figures of its members. */
export function GroupRow({
  groupKey,
  title,
  members,
  collapsed,
  index,
  top,
  isActive,
  live,
}: {
  groupKey: string;
  title: string;
  members: readonly DestinationNow[];
  collapsed: boolean;
  index: number;
  /** Where it is in the list, CSS pixels. */
  top: number;
  isActive: boolean;
  live: LiveStore;
}) {
  void live.pulse.value;
  const { states, loss, median } = figuresOf(members);
  return (
    <div
      role="row"
      id={`g${index}`}
      style={{ top: `${top}px` }}
      class={`row group${isActive ? ' active' : ''}`}
      aria-rowindex={index + 2}
      aria-level={1}
      aria-expanded={!collapsed}
      data-group={groupKey}
    >
      <span role="gridcell" class="title" aria-colspan={COLUMNS.length + 2}>
        <Icon name={collapsed ? 'right' : 'down'} />
        <strong>{title}</strong>
        <span class="size">{countText(members.length)}</span>
        {STATES.map((state) =>
          states[state] ? (
            <span key={state} class="part" title={STATE_WORDS[state]}>
              <StateSign state={state} />
              <span class="spoken">{STATE_WORDS[state]} </span>
              {countText(states[state])}
            </span>
          ) : null,
        )}
        <span class="sums">
          <span>
            loss <b>{shareText(loss)}</b>
          </span>
          <span>
            median RTT <b>{rttText(median, ROUGH)}</b> {median === null ? '' : 'ms'}
          </span>
        </span>
      </span>
    </div>
  );
}

/** Of the last 60 probes of all members together, and of the newest round trips. */
export function figuresOf(members: readonly DestinationNow[]): {
  states: Partial<Record<DestinationNow['state'], number>>;
  loss: number | null;
  median: number | null;
} {
  const states: Partial<Record<DestinationNow['state'], number>> = {};
  let loss = 0;
  let known = 0;
  const answered: number[] = [];
  for (const { state, live } of members) {
    states[state] = (states[state] ?? 0) + 1;
    if (state === 'paused' || state === 'invalid' || !live) continue;
    if (live.loss !== null) {
      loss += live.loss;
      known++;
    }
    if (live.rtt !== null) answered.push(live.rtt);
  }
  const rtts = Float64Array.from(answered).sort();
  return {
    states,
    loss: known > 0 ? loss / known : null,
    median: rtts[Math.floor(rtts.length / 2)] ?? null,
  };
}
