import { useRef } from 'preact/hooks';
import type { LiveStore } from '../api/live.ts';
import { Icon } from '../shell/icons.tsx';
import type { Item } from './arrange.ts';
import { COLUMNS, type Column } from './columns.ts';
import type { DayFigures } from './day-figures.ts';
import { GroupRow } from './group-row.tsx';
import { keyOf } from './order.ts';
import { type ListQuery, look } from './query.ts';
import { Row } from './row.tsx';
import { useMedia, useWindow } from './window.ts';

export interface GridProps {
  live: LiveStore;
  items: readonly Item[];
  query: ListQuery;
  days: DayFigures;
  /** The key of the line that keys act on. */
  active: string | undefined;
  selected: ReadonlySet<number>;
  canEdit: boolean;
  onSelectAll: (all: boolean) => void;
  /** Something was clicked on a line. */
  onClick: (event: MouseEvent) => void;
}

/** Lines of the list, CSS pixels; the narrow ones hold two lines of text. */
const LINE = 36;
const NARROW_LINE = 62;

/** The list as a table of which only what is seen is in the document. */
export function Grid(props: GridProps) {
  const { live, items, query, days, active, selected, canEdit, onClick } = props;
  const body = useRef<HTMLDivElement>(null);
  const height = useMedia('(max-width: 640px)') ? NARROW_LINE : LINE;
  const { first, end, size } = useWindow(body, items.length, height);
  const isGrouped = query.group !== 'none';
  const seen = items.slice(first, end);
  // Who sorts by them needs them all.
  const shown = query.sort === 'loss24' || query.sort === 'p95' ? items : seen;
  days.want(shown.flatMap((item) => (item.kind === 'destination' ? [item.destination.id] : [])));
  const activeAt = seen.findIndex((item) => keyOf(item) === active);
  const activeItem = seen[activeAt];
  return (
    <div
      id="list"
      class="grid"
      role={isGrouped ? 'treegrid' : 'grid'}
      aria-label="Destinations"
      aria-rowcount={items.length + 1}
      aria-colcount={COLUMNS.length + 2}
      aria-multiselectable={canEdit}
      aria-activedescendant={
        activeItem && (activeItem.kind === 'group' ? `g${first + activeAt}` : `d${activeItem.destination.id}`)
      }
      tabIndex={0}
      onClick={onClick}
    >
      <Head {...props} />
      <div
        role="rowgroup"
        class="lines"
        ref={body}
        style={{
          '--line-height': `${height}px`,
          height: `${items.length * height}px`,
          paddingTop: `${first * height}px`,
        }}
      >
        {seen.map((item, n) => {
          const index = first + n;
          const key = keyOf(item);
          // Those that leave at one end come back at the other: making new ones takes too long while scrolling.
          const slot = `${item.kind} ${index % size}`;
          return item.kind === 'group' ? (
            <GroupRow
              key={slot}
              groupKey={item.key}
              title={item.title}
              members={item.members}
              collapsed={item.collapsed}
              index={index}
              isActive={key === active}
              live={live}
            />
          ) : (
            <Row
              key={slot}
              destination={item.destination}
              index={index}
              isActive={key === active}
              isSelected={selected.has(item.destination.id)}
              isGrouped={isGrouped}
              canEdit={canEdit}
              days={days}
            />
          );
        })}
      </div>
    </div>
  );
}

function Head({ items, query, selected, canEdit, onSelectAll }: GridProps) {
  const all =
    selected.size > 0 && items.every((item) => item.kind === 'group' || selected.has(item.destination.id));
  return (
    <div role="rowgroup" class="head">
      <div role="row" class="row" aria-rowindex={1}>
        <span role="columnheader" class="select">
          <span class="spoken">Selected</span>
          {canEdit && (
            <input
              type="checkbox"
              aria-label="Select all that are listed"
              checked={all}
              indeterminate={selected.size > 0 && !all}
              onChange={({ currentTarget }) => onSelectAll(currentTarget.checked)}
            />
          )}
        </span>
        {COLUMNS.map((column) => (
          <Heading key={column.name} column={column} query={query} />
        ))}
        <span role="columnheader" class="actions">
          <span class="spoken">Actions</span>
        </span>
      </div>
    </div>
  );
}

function Heading({
  column: { name, title, hint, sort, descending = false },
  query,
}: {
  column: Column;
  query: ListQuery;
}) {
  const isSorted = sort !== undefined && query.sort === sort;
  return (
    <span
      role="columnheader"
      class={name}
      aria-sort={isSorted ? (query.descending ? 'descending' : 'ascending') : undefined}
    >
      {sort === undefined ? (
        title
      ) : (
        <button
          type="button"
          class="plain"
          title={hint}
          onClick={() => look({ sort, descending: isSorted ? !query.descending : descending })}
        >
          {title}
          <span class={`arrow${isSorted ? '' : ' none'}${query.descending ? '' : ' up'}`}>
            <Icon name="down" />
          </span>
        </button>
      )}
    </span>
  );
}
