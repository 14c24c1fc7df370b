import type { MaintenanceBody } from '../../http/schemas/alert.ts';
import { useLive } from '../api/context.ts';
import type { LiveStore } from '../api/live.ts';
import { formatMoment } from '../moments.ts';
import { Table, type TableColumn } from '../parts/table.tsx';
import { RowActions, Section } from './section.tsx';
import type { AlertsStore } from './state.ts';

/** Ended ones are shown for so long, ms: a day. */
const SHOWN_FOR = 86_400_000;

/** When nobody is told. */
export function MaintenanceSection({
  store,
  maintenances,
}: {
  store: AlertsStore;
  maintenances: readonly MaintenanceBody[];
}) {
  const live = useLive();
  live.rows.value;
  const now = Date.now();
  const shown = maintenances.filter(({ repeats, ends }) => repeats !== null || ends > now - SHOWN_FOR);
  return (
    <Section
      id="maintenances"
      title="Maintenance"
      add="Add a maintenance"
      onAdd={() => {
        store.editing.value = { kind: 'maintenance' };
      }}
      isEmpty={shown.length === 0}
      empty="Nothing is under maintenance: whatever is found is told."
    >
      <Table class="cards" columns={columnsOf(store, live)} rows={shown} keyOf={({ id }) => id} />
    </Section>
  );
}

/** As people call them, where a text names destinations by their ids. */
export function destinationsText(text: string, live: LiveStore): string {
  if (text === '*') return 'all destinations';
  return text
    .split(',')
    .map((term) => {
      const [, not = '', id] = /^\s*(!?)(\d+)\s*$/.exec(term) ?? [];
      const name = id === undefined ? undefined : live.get(Number(id))?.name;
      return name === undefined ? term.trim() : `${not}${name} (#${id})`;
    })
    .join(', ');
}

const columnsOf = (store: AlertsStore, live: LiveStore): TableColumn<MaintenanceBody>[] => [
  {
    title: 'Destinations',
    isName: true,
    show: ({ destinations, under_way, problem }) => (
      <>
        {destinationsText(destinations, live)}
        {under_way && <span class="severity info">under way</span>}
        {problem !== null && <span class="aside wrong">{problem}</span>}
      </>
    ),
  },
  { title: 'From', show: ({ starts }) => formatMoment(starts) },
  { title: 'Until', show: ({ ends }) => formatMoment(ends) },
  {
    title: 'Repeats',
    show: ({ repeats, time_zone }) =>
      repeats === null ? 'no' : `${repeats}${time_zone === null ? '' : `, ${time_zone}`}`,
  },
  { title: 'Reason', show: ({ reason }) => reason },
  { title: 'Edit', class: 'edit-cell', show: (row) => <Actions row={row} store={store} live={live} /> },
];

function Actions({ row, store, live }: { row: MaintenanceBody; store: AlertsStore; live: LiveStore }) {
  const { id, starts, under_way, repeats } = row;
  const name = `the maintenance of ${destinationsText(row.destinations, live)}`;
  return (
    <RowActions
      name={name}
      onEdit={() => {
        store.editing.value = { kind: 'maintenance', row };
      }}
      onRemove={() => {
        store.editing.value = {
          kind: 'removal',
          removal: {
            title: `Remove ${name}?`,
            consequence: 'What it has suppressed and is still bad is told then.',
            paths: [`/maintenances/${id}`],
            done: 'The maintenance is removed.',
          },
        };
      }}
    >
      {under_way && repeats === null && (
        <button
          type="button"
          aria-label={`End ${name}`}
          onClick={() =>
            void store.edit(
              'PATCH',
              `/maintenances/${id}`,
              { ends: Math.max(starts + 1, Date.now()) },
              'It has ended.',
            )
          }
        >
          End
        </button>
      )}
    </RowActions>
  );
}
