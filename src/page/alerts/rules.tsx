import type { ChannelBody, RuleBody } from '../../http/schemas/alert.ts';
import { timeText } from '../moments.ts';
import { Table, type TableColumn } from '../parts/table.tsx';
import { boundText } from './rule-draft.ts';
import { RowActions, Section, Switch } from './section.tsx';
import type { AlertsStore } from './state.ts';

/** What is watched. */
export function RuleSection({
  store,
  rules,
  channels,
}: {
  store: AlertsStore;
  rules: readonly RuleBody[];
  channels: readonly ChannelBody[];
}) {
  return (
    <Section
      id="rules"
      title="Rules"
      add="Add a rule"
      onAdd={() => {
        store.editing.value = { kind: 'rule' };
      }}
      isEmpty={rules.length === 0}
      empty="Nothing is watched: a rule says what is bad, such as a loss above 5% over 5 minutes."
    >
      <Table class="cards" columns={columnsOf(store, channels)} rows={rules} keyOf={({ id }) => id} />
    </Section>
  );
}

/** What a rule watches, in words. */
export function conditionOf({
  metric,
  state,
  comparison,
  threshold,
  span,
}: Pick<RuleBody, 'metric' | 'state' | 'comparison' | 'threshold' | 'span'>): string {
  if (metric === 'source') return 'the source can send nothing, or nobody answers it';
  if (metric === 'silence') return `another source gives no sign of life for ${timeText(span)}`;
  if (metric === 'state') return state === 'change' ? 'the state changes' : `the state is ${state ?? 'down'}`;
  return `${metric} ${comparison} ${boundText(metric, threshold)} over ${timeText(span)}`;
}

/** What rules that are about no destinations watch. */
const SOURCES: Readonly<Record<string, string>> = { source: 'its own uplink', silence: 'other sources' };

const columnsOf = (store: AlertsStore, channels: readonly ChannelBody[]): TableColumn<RuleBody>[] => [
  {
    title: 'Rule',
    isName: true,
    show: ({ name }) => name,
  },
  { title: 'Severity', show: ({ severity }) => <span class={`severity ${severity}`}>{severity}</span> },
  {
    title: 'Bad when',
    show: (rule) => (
      <>
        {conditionOf(rule)}
        {rule.problem !== null && <span class="aside wrong">{rule.problem}</span>}
      </>
    ),
  },
  { title: 'For', show: ({ hold }) => (hold === 0 ? 'at once' : timeText(hold)) },
  {
    title: 'Destinations',
    show: ({ metric, destinations }) => SOURCES[metric] ?? (destinations === '*' ? 'all' : destinations),
  },
  {
    title: 'Tells',
    show: ({ channels: named }) =>
      named.length === 0
        ? 'all channels'
        : named.map((id) => channels.find((channel) => channel.id === id)?.name ?? `#${id}`).join(', '),
  },
  {
    title: 'Watched',
    show: ({ id, name, enabled }) => (
      <Switch
        label={`Watch by ${name}`}
        on={enabled}
        change={(on) =>
          store.edit(
            'PATCH',
            `/alert-rules/${id}`,
            { enabled: on },
            `${name}: ${on ? 'watched' : 'not watched'}.`,
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
        name={`the rule ${row.name}`}
        onEdit={() => {
          store.editing.value = { kind: 'rule', row };
        }}
        onRemove={() => {
          store.editing.value = {
            kind: 'removal',
            removal: {
              title: `Remove the rule ${row.name}?`,
              consequence: 'What it has found stays in the history; what goes on of it is over.',
              paths: [`/alert-rules/${row.id}`],
              done: `The rule ${row.name} is removed.`,
            },
          };
        }}
      />
    ),
  },
];
