import { Icon } from '../shell/icons.tsx';
import type { Item } from './arrange.ts';
import { COLUMNS, type Column } from './columns.ts';
import { type ListQuery, look } from './query.ts';

export interface GridHeadProps {
  items: readonly Item[];
  query: ListQuery;
  selected: ReadonlySet<number>;
  canEdit: boolean;
  onSelectAll: (all: boolean) => void;
}

/** The headings of the list, which sort it. */
export function GridHead({ items, query, selected, canEdit, onSelectAll }: GridHeadProps) {
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
