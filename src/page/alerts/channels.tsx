import type { ChannelBody } from '../../http/schemas/alert.ts';
import { countText } from '../figures.ts';
import { Table, type TableColumn } from '../parts/table.tsx';
import { RowActions, Section, Switch } from './section.tsx';
import type { AlertsStore } from './state.ts';

/** Who is told. */
export const ChannelSection = ({
  store,
  channels,
}: {
  store: AlertsStore;
  channels: readonly ChannelBody[];
}) => (
  <Section
    id="channels"
    title="Channels"
    add="Add a channel"
    onAdd={() => {
      store.editing.value = { kind: 'channel' };
    }}
    isEmpty={channels.length === 0}
    empty={
      <>
        Nobody is told: alerts are on this page only. A channel is a webhook or e-mail; one that runs a
        command is added by <code>pinger alerts apply</code>.
      </>
    }
  >
    <Table class="cards" columns={columnsOf(store)} rows={channels} keyOf={({ id }) => id} />
  </Section>
);

const columnsOf = (store: AlertsStore): TableColumn<ChannelBody>[] => [
  { title: 'Channel', isName: true, show: ({ name }) => name },
  {
    title: 'Leads to',
    show: ({ kind, target, problem, error }) => (
      <>
        {kind} {target}
        {(problem ?? error) !== null && <span class="aside wrong">{problem ?? error}</span>}
      </>
    ),
  },
  { title: 'Ends, too', show: ({ send_resolved }) => (send_resolved ? 'yes' : 'no') },
  { title: 'Waiting', show: ({ waiting }) => countText(waiting) },
  {
    title: 'Told',
    show: ({ id, name, enabled }) => (
      <Switch
        label={`Tell ${name}`}
        on={enabled}
        change={(on) =>
          store.edit(
            'PATCH',
            `/alert-channels/${id}`,
            { enabled: on },
            `${name}: ${on ? 'told' : 'not told'}.`,
          )
        }
      />
    ),
  },
  {
    title: 'Edit',
    class: 'edit-cell',
    show: (row) => (
      <RowActions
        name={`the channel ${row.name}`}
        onEdit={() => {
          store.editing.value = { kind: 'channel', row };
        }}
        onRemove={() => {
          store.editing.value = {
            kind: 'removal',
            removal: {
              title: `Remove the channel ${row.name}?`,
              consequence: 'What it has not been told yet, nobody is told.',
              paths: [`/alert-channels/${row.id}`],
              done: `The channel ${row.name} is removed.`,
            },
          };
        }}
      >
        <button
          type="button"
          aria-label={`Send a test to ${row.name}`}
          onClick={() =>
            void store.edit('POST', `/alert-channels/${row.id}/test`, undefined, `${row.name} has been told.`)
          }
        >
          Send a test
        </button>
      </RowActions>
    ),
  },
];
