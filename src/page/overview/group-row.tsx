import { groupFigures } from '../../live/groups.ts';
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
  const { states, loss, median } = groupFigures(members);
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
