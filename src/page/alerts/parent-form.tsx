import { useSignal } from '@preact/signals';
import { ApiError } from '../api/client.ts';
import { useLive } from '../api/context.ts';
import { FormEnd, submit } from '../edit/form-end.tsx';
import { countText } from '../figures.ts';
import { Combobox } from '../parts/combobox.tsx';
import { findDestinations } from '../parts/find-destinations.ts';
import { Icon } from '../shell/icons.tsx';
import type { AlertsStore } from './state.ts';

/** So many are listed by name; more are counted. */
const LISTED = 100;

/** Names a destination's parent, or what is behind one. `parent`: the one that is there. */
export function ParentForm({
  store,
  parent,
  onDone,
}: {
  store: AlertsStore;
  parent?: number;
  onDone: () => void;
}) {
  const live = useLive();
  live.rows.value;
  const before =
    store.state
      .peek()
      ?.parents.filter(({ parent_id }) => parent_id === parent)
      .map(({ destination_id }) => destination_id) ?? [];
  const chosen = useSignal(parent);
  const children = useSignal<readonly number[]>(before);
  const problem = useSignal<string | undefined>(undefined);
  const busy = useSignal(false);
  const nameOf = (id: number) => live.get(id)?.name ?? `destination ${id}`;

  const save = async (): Promise<void> => {
    problem.value = undefined;
    const { value: parent_id } = chosen;
    if (parent_id === undefined) problem.value = 'parent_id is missing: choose the parent';
    else if (children.value.length === 0 && before.length === 0)
      problem.value = 'destination_id is missing: choose what is behind it';
    if (problem.value !== undefined) return;
    const added = children.value.filter((id) => !before.includes(id));
    const gone = before.filter((id) => !children.value.includes(id));
    try {
      await store.write(
        [
          ...added.map((destination_id) => ({
            method: 'POST',
            path: '/destination-parents',
            body: { destination_id, parent_id },
          })),
          ...gone.map((id) => ({ method: 'DELETE', path: `/destination-parents/${id}` })),
        ],
        `${nameOf(parent_id as number)}: ${countText(children.value.length)} behind it.`,
      );
      onDone();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      problem.value = error.message;
    }
  };

  return (
    <form class="edit" noValidate onSubmit={(event) => void submit(event, busy, save)}>
      <p class="lead">
        Where the parent is down, what is behind it cannot be reached: that is one alert, the parent’s.
      </p>
      {parent === undefined && (
        <Combobox
          label="Parent"
          placeholder={chosen.value === undefined ? 'Name, address or number' : nameOf(chosen.value)}
          find={(text) => findDestinations(live, text, (id) => children.value.includes(id))}
          onChoose={({ id }) => {
            chosen.value = id;
          }}
        />
      )}
      {chosen.value !== undefined && (
        <p class="chosen-parent">
          Parent: <strong>{nameOf(chosen.value)}</strong>
        </p>
      )}
      <Combobox
        label="Destinations behind it"
        placeholder="Name, address or number"
        find={(text) =>
          findDestinations(live, text, (id) => id === chosen.value || children.value.includes(id))
        }
        onChoose={({ id }) => {
          children.value = [...children.value, id];
        }}
      />
      <ul class="chips" aria-label="Behind it">
        {children.value.slice(0, LISTED).map((id) => (
          <li key={id}>
            {nameOf(id)}
            <button
              type="button"
              class="plain"
              aria-label={`Without ${nameOf(id)}`}
              onClick={() => {
                children.value = children.value.filter((each) => each !== id);
              }}
            >
              <Icon name="close" />
            </button>
          </li>
        ))}
        {children.value.length > LISTED && <li>and {countText(children.value.length - LISTED)} more</li>}
      </ul>
      <FormEnd problem={problem.value} busy={busy.value} action="Save" onCancel={onDone} />
    </form>
  );
}
