import type { ComponentChildren } from 'preact';
import { canEdit } from '../api/session.ts';
import { Icon } from '../shell/icons.tsx';

/** A table of rows that can be added to, or what to say where there are none. */
export function Section({
  id,
  title,
  add,
  onAdd,
  empty,
  isEmpty,
  children,
}: {
  id: string;
  title: string;
  /** What the button says. */
  add: string;
  onAdd: () => void;
  empty: ComponentChildren;
  isEmpty: boolean;
  children: ComponentChildren;
}) {
  return (
    <section aria-labelledby={id}>
      <div class="section-head">
        <h2 id={id}>{title}</h2>
        {canEdit.value && (
          <button type="button" onClick={onAdd}>
            <Icon name="plus" /> {add}
          </button>
        )}
      </div>
      {isEmpty ? <p class="faint">{empty}</p> : <div class="table">{children}</div>}
    </section>
  );
}

/** Changes or removes a row; nothing, for who may only look. */
export function RowActions({
  name,
  onEdit,
  onRemove,
  children,
}: {
  /** What the row is, as in `Edit NAME`. */
  name: string;
  onEdit: () => void;
  onRemove: () => void;
  /** What else can be done, before these. */
  children?: ComponentChildren;
}) {
  if (!canEdit.value) return null;
  return (
    <div class="row-actions">
      {children}
      <button type="button" class="plain" title="Edit" onClick={onEdit}>
        <Icon name="pencil" />
        <span class="spoken">Edit {name}</span>
      </button>
      <button type="button" class="plain" title="Remove" onClick={onRemove}>
        <Icon name="trash" />
        <span class="spoken">Remove {name}</span>
      </button>
    </div>
  );
}

/** Whether a row is in use. */
export const Switch = ({
  label,
  on,
  change,
}: {
  label: string;
  on: boolean;
  change: (on: boolean) => unknown;
}) => (
  <input
    type="checkbox"
    aria-label={label}
    checked={on}
    disabled={!canEdit.value}
    onChange={({ currentTarget }) => void change(currentTarget.checked)}
  />
);
