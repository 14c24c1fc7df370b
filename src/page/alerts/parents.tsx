import { useLive } from '../api/context.ts';
import type { LiveStore } from '../api/live.ts';
import { countText } from '../figures.ts';
import { Table, type TableColumn } from '../parts/table.tsx';
import { RowActions, Section } from './section.tsx';
import type { AlertsStore, Parent } from './state.ts';

/** So many of the destinations behind a parent are named. */
const NAMED = 8;

/** A destination, and those that cannot be reached when it is down. */
interface Family {
  parent: number;
  children: number[];
}

/** Whose being down explains another's. */
export function ParentSection({ store, parents }: { store: AlertsStore; parents: readonly Parent[] }) {
  const live = useLive();
  live.rows.value;
  return (
    <Section
      id="parents"
      title="Parents"
      add="Name a parent"
      onAdd={() => {
        store.editing.value = { kind: 'parent' };
      }}
      isEmpty={parents.length === 0}
      empty="No destination has a parent. What lies behind a router or an uplink that is down is one alert then, not one for each."
    >
      <Table
        class="cards"
        columns={columnsOf(store, live)}
        rows={familiesOf(parents)}
        keyOf={({ parent }) => parent}
      />
    </Section>
  );
}

export function familiesOf(parents: readonly Parent[]): Family[] {
  const families = new Map<number, Family>();
  for (const { parent_id, destination_id } of parents) {
    const family = families.get(parent_id);
    if (family) family.children.push(destination_id);
    else families.set(parent_id, { parent: parent_id, children: [destination_id] });
  }
  return [...families.values()];
}

const nameOf = (live: LiveStore, id: number): string => live.get(id)?.name ?? `destination ${id}`;

const columnsOf = (store: AlertsStore, live: LiveStore): TableColumn<Family>[] => [
  {
    title: 'Parent',
    isName: true,
    show: ({ parent }) => <a href={`/destinations/${parent}`}>{nameOf(live, parent)}</a>,
  },
  {
    title: 'Behind it',
    show: ({ children }) => {
      const names = children.slice(0, NAMED).map((id) => nameOf(live, id));
      const others = children.length - names.length;
      return `${names.join(', ')}${others > 0 ? ` and ${countText(others)} more` : ''}`;
    },
  },
  {
    title: 'Edit',
    class: 'edit-cell',
    show: ({ parent, children }) => (
      <RowActions
        name={`what is behind ${nameOf(live, parent)}`}
        onEdit={() => {
          store.editing.value = { kind: 'parent', parent };
        }}
        onRemove={() => {
          store.editing.value = {
            kind: 'removal',
            removal: {
              title: `Nothing behind ${nameOf(live, parent)}?`,
              consequence: 'Each of them is told for itself then, whatever becomes of the others.',
              paths: children.map((id) => `/destination-parents/${id}`),
              done: `Nothing is behind ${nameOf(live, parent)}.`,
            },
          };
        }}
      />
    ),
  },
];
