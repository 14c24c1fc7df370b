import '../edit/edit.css';
import { useSignal } from '@preact/signals';
import { ApiError } from '../api/client.ts';
import { Dialog } from '../edit/dialog.tsx';
import { FormEnd, submit } from '../edit/form-end.tsx';
import { RecordForm } from '../edit/record-form.tsx';
import type { Texts } from '../edit/texts.ts';
import { channelFields, channelGiven, channelTexts, NEW_CHANNEL } from './channel-draft.ts';
import {
  maintenanceFields,
  maintenanceGiven,
  maintenanceTexts,
  newMaintenance,
} from './maintenance-draft.ts';
import { ParentForm } from './parent-form.tsx';
import { EXAMPLES, NEW_RULE, ruleFields, ruleGiven, ruleTexts } from './rule-draft.ts';
import type { AlertsStore, Editing, Removal } from './state.ts';

/** The dialog that is open, if one is. */
export function AlertDialogs({ store }: { store: AlertsStore }) {
  const editing = store.editing.value;
  if (!editing) return null;
  const close = () => store.close();
  return (
    <Dialog title={titleOf(editing)} onClose={close} narrow={editing.kind === 'removal'}>
      <Form editing={editing} store={store} onDone={close} />
    </Dialog>
  );
}

function titleOf(editing: Editing): string {
  switch (editing.kind) {
    case 'rule':
      return editing.row ? `Edit the rule ${editing.row.name}` : 'Add a rule';
    case 'channel':
      return editing.row ? `Edit the channel ${editing.row.name}` : 'Add a channel';
    case 'maintenance':
      return editing.row ? 'Edit the maintenance' : 'Add a maintenance';
    case 'parent':
      return editing.parent === undefined ? 'Name a parent' : 'Change what is behind a parent';
    case 'removal':
      return editing.removal.title;
  }
}

interface FormProps<Kind extends Editing['kind']> {
  editing: Extract<Editing, { kind: Kind }>;
  store: AlertsStore;
  onDone: () => void;
}

function Form({ editing, ...props }: FormProps<Editing['kind']>) {
  switch (editing.kind) {
    case 'rule':
      return <RuleForm editing={editing} {...props} />;
    case 'channel':
      return <ChannelForm editing={editing} {...props} />;
    case 'maintenance':
      return <MaintenanceForm editing={editing} {...props} />;
    case 'parent':
      return <ParentForm parent={editing.parent} {...props} />;
    case 'removal':
      return <RemovalForm removal={editing.removal} {...props} />;
  }
}

/** Adds a row, or changes the one that is there. */
const saved =
  (store: AlertsStore, path: string, id: number | undefined, done: string) =>
  (body: unknown): Promise<void> =>
    store.write(
      [id === undefined ? { method: 'POST', path, body } : { method: 'PATCH', path: `${path}/${id}`, body }],
      done,
    );

function RuleForm({ editing: { row }, store, onDone }: FormProps<'rule'>) {
  const channels = store.state.value?.channels ?? [];
  return (
    <RecordForm
      first={row ? ruleTexts(row) : NEW_RULE}
      fieldsOf={(texts) => ruleFields(texts, channels)}
      bodyOf={ruleGiven}
      save={saved(store, '/alert-rules', row?.id, row ? 'The rule is changed.' : 'The rule is added.')}
      action={row ? 'Save' : 'Add'}
      onDone={onDone}
      drafts={store.drafts}
      about={`rule ${row?.id ?? 'new'}`}
    >
      {row ? undefined : (type) => <Examples onChoose={(example) => type({ ...NEW_RULE, ...example })} />}
    </RecordForm>
  );
}

/** Rules to begin with; what they say is filled in. */
const Examples = ({ onChoose }: { onChoose: (example: Texts) => void }) => (
  <fieldset class="examples">
    <legend>Begin with</legend>
    {EXAMPLES.map((example) => (
      <button key={example.name} type="button" onClick={() => onChoose(example)}>
        {example.name}
      </button>
    ))}
  </fieldset>
);

function ChannelForm({ editing: { row }, store, onDone }: FormProps<'channel'>) {
  const isNew = row === undefined;
  return (
    <RecordForm
      first={row ? channelTexts(row) : NEW_CHANNEL}
      fieldsOf={(texts) => channelFields(texts, { isNew })}
      bodyOf={(texts) => channelGiven(texts, { isNew })}
      save={saved(
        store,
        '/alert-channels',
        row?.id,
        isNew ? 'The channel is added.' : 'The channel is changed.',
      )}
      action={isNew ? 'Add' : 'Save'}
      onDone={onDone}
      drafts={store.drafts}
      about={`channel ${row?.id ?? 'new'}`}
    />
  );
}

function MaintenanceForm({ editing: { row, destinations }, store, onDone }: FormProps<'maintenance'>) {
  return (
    <RecordForm
      first={row ? maintenanceTexts(row) : newMaintenance(destinations)}
      fieldsOf={maintenanceFields}
      bodyOf={(texts) => maintenanceGiven(texts, { now: Date.now(), before: row })}
      save={saved(
        store,
        '/maintenances',
        row?.id,
        row ? 'The maintenance is changed.' : 'The maintenance is added.',
      )}
      aliases={{ ends: 'length' }}
      action={row ? 'Save' : 'Add'}
      onDone={onDone}
      drafts={store.drafts}
      about={`maintenance ${row?.id ?? `of ${destinations ?? 'any'}`}`}
    />
  );
}

function RemovalForm({
  removal: { consequence, paths, done },
  store,
  onDone,
}: {
  removal: Removal;
  store: AlertsStore;
  onDone: () => void;
}) {
  const problem = useSignal<string | undefined>(undefined);
  const busy = useSignal(false);
  const remove = async (): Promise<void> => {
    try {
      await store.write(
        paths.map((path) => ({ method: 'DELETE', path })),
        done,
      );
      onDone();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      problem.value = error.message;
    }
  };
  return (
    <form class="edit" onSubmit={(event) => void submit(event, busy, remove)}>
      <p class="lead">{consequence}</p>
      <FormEnd problem={problem.value} busy={busy.value} action="Remove" onCancel={onDone} />
    </form>
  );
}
