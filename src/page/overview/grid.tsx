import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { LiveStore } from '../api/live.ts';
import type { Item } from './arrange.ts';
import { COLUMNS } from './columns.ts';
import type { DayFigures } from './day-figures.ts';
import { GridHead, type GridHeadProps } from './grid-head.tsx';
import { GroupRow } from './group-row.tsx';
import { keyOf } from './order.ts';
import { recycled, type Slot } from './recycled.ts';
import { Row } from './row.tsx';
import { useMedia, useWindow } from './window.ts';

export interface GridProps extends GridHeadProps {
  live: LiveStore;
  days: DayFigures;
  /** The key of the line that keys act on. */
  active: string | undefined;
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
  const hovers = useMedia('(hover: hover)');
  const pointed = useSignal<string | undefined>(undefined);
  const { first, end, isMoving } = useWindow(body, items.length, height);
  const isGrouped = query.group !== 'none';
  useEffect(() => {
    // Who sorts by them needs them all.
    const shown = query.sort === 'loss24' || query.sort === 'p95' ? items : items.slice(first, end);
    if (!isMoving)
      days.want(shown.flatMap((item) => (item.kind === 'destination' ? [item.destination.id] : [])));
  }, [days, items, query.sort, first, end, isMoving]);
  const head = useMemo(() => <GridHead {...props} />, [items, query, selected, canEdit]);
  const slots = useRef<readonly Slot[]>([]);
  slots.current = recycled(slots.current, { first, end, isMoving });
  const isActive = ({ index }: Slot) => active !== undefined && keyOf(items[index] as Item) === active;
  const activeAt = slots.current.find(isActive)?.index;
  const activeItem = activeAt === undefined ? undefined : items[activeAt];
  return (
    <div
      id="list"
      class={`grid${activeItem ? ' leads' : ''}`}
      role={isGrouped ? 'treegrid' : 'grid'}
      aria-label="Destinations"
      aria-rowcount={items.length + 1}
      aria-colcount={COLUMNS.length + 2}
      aria-multiselectable={canEdit}
      aria-activedescendant={
        activeItem && (activeItem.kind === 'group' ? `g${activeAt}` : `d${activeItem.destination.id}`)
      }
      tabIndex={0}
      onClick={onClick}
    >
      {head}
      <div
        role="rowgroup"
        class="lines"
        ref={body}
        style={{ '--line-height': `${height}px`, height: `${items.length * height}px` }}
        onPointerOver={({ target }) => {
          pointed.value = (target as Element).closest<HTMLElement>('[data-id]')?.dataset.id;
        }}
        onPointerLeave={() => {
          pointed.value = undefined;
        }}
      >
        {slots.current.map(({ key, index }) => {
          const item = items[index] as Item;
          const shared = { index, top: index * height, isActive: index === activeAt };
          return item.kind === 'group' ? (
            <GroupRow
              {...shared}
              key={`group ${key}`}
              groupKey={item.key}
              title={item.title}
              members={item.members}
              collapsed={item.collapsed}
              live={live}
            />
          ) : (
            <Row
              {...shared}
              key={`destination ${key}`}
              destination={item.destination}
              isSelected={selected.has(item.destination.id)}
              isGrouped={isGrouped}
              canEdit={canEdit}
              hasActions={
                canEdit && (!hovers || shared.isActive || pointed.value === String(item.destination.id))
              }
              days={days}
            />
          );
        })}
      </div>
    </div>
  );
}
