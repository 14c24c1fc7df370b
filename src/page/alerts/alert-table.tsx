import type { AlertRow } from '../../http/schemas/alert.ts';
import { canEdit } from '../api/session.ts';
import { NONE } from '../figures.ts';
import { formatDuration, formatMoment } from '../moments.ts';
import { Table, type TableColumn } from '../parts/table.tsx';
import type { AlertsStore } from './state.ts';

/** Alerts, a line each. `store`: where somebody can do something about them. */
export function AlertTable({
  alerts,
  caption,
  store,
}: {
  alerts: readonly AlertRow[];
  caption: string;
  store?: AlertsStore;
}) {
  const mute: TableColumn<AlertRow> = {
    title: 'Mute',
    show: ({ destination_id, destination }) =>
      destination_id !== null && (
        <button
          type="button"
          aria-label={`Mute ${destination}`}
          onClick={() => {
            if (store) store.editing.value = { kind: 'maintenance', destinations: String(destination_id) };
          }}
        >
          Mute …
        </button>
      ),
  };
  return (
    <div class="table">
      <Table
        class="cards"
        caption={caption}
        columns={store && canEdit.value ? [...COLUMNS, mute] : COLUMNS}
        rows={alerts}
        keyOf={({ id }) => id}
      />
    </div>
  );
}

const COLUMNS: readonly TableColumn<AlertRow>[] = [
  {
    title: 'Severity',
    show: ({ severity }) => <span class={`severity ${severity}`}>{severity}</span>,
  },
  {
    title: 'Destination',
    isName: true,
    show: ({ destination_id, destination }) =>
      destination_id === null ? (
        'The source itself'
      ) : (
        <a href={`/destinations/${destination_id}`}>{destination}</a>
      ),
  },
  {
    title: 'What',
    show: ({ detail, rule, suppressed, ended }) => (
      <>
        {detail}
        <span class="aside">
          {[rule, suppressed && `suppressed by ${suppressed}`, ended].filter(Boolean).join(', ')}
        </span>
      </>
    ),
  },
  { title: 'Since', show: ({ started }) => formatMoment(started) },
  {
    title: 'Lasted',
    show: ({ started, resolved }) => formatDuration((resolved ?? Date.now()) - started),
  },
  { title: 'Source', show: ({ source }) => source ?? NONE },
];
