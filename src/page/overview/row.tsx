import type { DestinationNow } from '../api/now.ts';
import { NONE, rttText, shareText } from '../figures.ts';
import { timeText } from '../moments.ts';
import { Icon } from '../shell/icons.tsx';
import { protocolText, ROUGH } from './columns.ts';
import type { DayFigures } from './day-figures.ts';
import { Sparkline } from './sparkline.tsx';
import { STATE_WORDS, StateSign } from './states.tsx';

export interface RowProps {
  destination: DestinationNow;
  /** In the list, from 0. */
  index: number;
  /** Where it is in the list, CSS pixels. */
  top: number;
  isActive: boolean;
  isSelected: boolean;
  isGrouped: boolean;
  canEdit: boolean;
  /** Whether there are buttons: where there is a pointer that hovers, only the line beneath it has some, which is a fifth of all the drawing. */
  hasActions: boolean;
  days: DayFigures;
}

/** A destination's line. What is done with it, the list hears. */
export function Row({
  destination,
  index,
  top,
  isActive,
  isSelected,
  isGrouped,
  canEdit,
  hasActions,
  days,
}: RowProps) {
  // Nothing else makes it draw itself again.
  void destination.version.value;
  const { id, state, name, label, live, row, problem } = destination;
  const day = days.of(id);
  const isStopped = state === 'paused' || state === 'invalid' || state === 'elsewhere';
  const under = problem ?? live?.reason ?? (name === label ? null : label);
  return (
    <div
      role="row"
      id={`d${id}`}
      style={{ top: `${top}px` }}
      class={`row ${state}${isActive ? ' active' : ''}`}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      aria-level={isGrouped ? 2 : undefined}
      data-id={id}
    >
      <span role="gridcell" class="select">
        {canEdit && (
          <input
            type="checkbox"
            tabIndex={-1}
            checked={isSelected}
            data-do="select"
            aria-label={`Select ${name}`}
          />
        )}
      </span>
      <span role="gridcell" class="state">
        <StateSign state={state} />
        <span class="word">{STATE_WORDS[state]}</span>
      </span>
      <span role="rowheader" class="name">
        <a href={`/destinations/${id}`} tabIndex={-1}>
          {name}
        </a>
        {under !== null && <span class={problem ? 'under problem' : 'under'}>{under}</span>}
      </span>
      <span role="gridcell" class={`loss figure${(live?.loss ?? 0) > 0 ? ' some' : ''}`}>
        {isStopped ? NONE : shareText(live?.loss ?? null)}
      </span>
      <span role="gridcell" class="rtt figure">
        {isStopped ? NONE : rttText(live?.rtt ?? null, ROUGH)}
        {!isStopped && live?.rtt != null && <span class="unit"> ms</span>}
      </span>
      <span role="gridcell" class="recent">
        <Sparkline destination={destination} />
      </span>
      <span role="gridcell" class={`loss24 figure${(day?.loss ?? 0) > 0 ? ' some' : ''}`}>
        {shareText(day?.loss ?? null)}
      </span>
      <span role="gridcell" class="p95 figure">
        {rttText(day?.p95 ?? null, ROUGH)}
        {day?.p95 != null && <span class="unit"> ms</span>}
      </span>
      <span role="gridcell" class="protocol">
        {row ? protocolText(row.protocol) : NONE}
      </span>
      <span role="gridcell" class="interval figure">
        {row ? timeText(row.interval) : NONE}
      </span>
      <span role="gridcell" class="actions">
        {hasActions && (
          <>
            <button
              type="button"
              class="plain"
              tabIndex={-1}
              data-do="pause"
              title={isPaused(destination) ? 'Resume (p)' : 'Pause (p)'}
            >
              <Icon name={isPaused(destination) ? 'play' : 'pause'} />
              <span class="spoken">{`${isPaused(destination) ? 'Resume' : 'Pause'} ${name}`}</span>
            </button>
            <button type="button" class="plain" tabIndex={-1} data-do="edit" title="Edit (e)">
              <Icon name="pencil" />
              <span class="spoken">{`Edit ${name}`}</span>
            </button>
          </>
        )}
      </span>
    </div>
  );
}

const isPaused = ({ row, state }: DestinationNow): boolean => (row ? !row.active : state === 'paused');
