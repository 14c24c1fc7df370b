import { type Signal, useSignal, useSignalEffect } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { useLive } from '../api/context.ts';
import { plural } from '../figures.ts';
import { addLines, type RefusedLine } from './add-lines.ts';
import { changesOf, type Draft, draftOf, EMPTY, type FieldProblems, fieldOf, settingsOf } from './draft.ts';
import type { Editor } from './editor.ts';
import { LabelledField } from './field.tsx';
import { FormEnd, submit } from './form-end.tsx';
import { pastedLines } from './pasted.ts';
import { SettingsFields, set } from './settings-fields.tsx';
import { problemsOf } from './texts.ts';

interface FormState {
  draft: Signal<Draft>;
  problems: Signal<FieldProblems>;
  /** What is wrong with no field in particular. */
  problem: Signal<string | undefined>;
  busy: Signal<boolean>;
}

/** The form's state; what is typed stays with the editor until it is done or given up. */
function useForm(editor: Editor, key: string, first: Draft): FormState {
  const draft = useSignal(editor.drafts.get(key) ?? first);
  const untouched = useRef(first);
  useSignalEffect(() => {
    if (draft.value !== untouched.current) editor.drafts.set(key, draft.value);
  });
  return {
    draft,
    problems: useSignal<FieldProblems>({}),
    problem: useSignal<string | undefined>(undefined),
    busy: useSignal(false),
  };
}

/** Adds destinations, a line each. `isBrief`: how to probe them only whoever asks for it sees. */
export function AddForm({
  editor,
  onDone,
  isBrief = false,
}: {
  editor: Editor;
  onDone: () => void;
  isBrief?: boolean;
}) {
  const { draft, problems, problem, busy } = useForm(editor, 'add', EMPTY);
  const refused = useSignal<RefusedLine[]>([]);
  const lines = pastedLines(draft.value.lines);

  const add = async (): Promise<void> => {
    const { settings, problems: wrong } = settingsOf(draft.value);
    if (lines.length === 0) wrong.lines = 'address is empty: expected a host name or IP address';
    problems.value = wrong;
    problem.value = undefined;
    refused.value = [];
    if (Object.keys(wrong).length > 0) return;
    const outcome = await addLines(editor, lines, settings);
    if (outcome.said) editor.notices.say(outcome.said);
    problems.value = outcome.problems;
    problem.value = outcome.problem;
    refused.value = outcome.refused;
    if (outcome.left.length === 0) {
      editor.drafts.delete('add');
      onDone();
    } else if (outcome.left.length < lines.length)
      // What is in the table is not to be added again.
      set(draft, 'lines', outcome.left.map(({ text }) => text).join('\n'));
  };

  return (
    <form class="edit" noValidate onSubmit={(event) => submit(event, busy, add)}>
      <LabelledField
        field="lines"
        label="Addresses or URLs, one a line"
        wide
        problem={problems.value.lines}
        hint="What follows an address on its line becomes its name."
        control={(props) => (
          <textarea
            {...props}
            rows={4}
            spellcheck={false}
            placeholder={'192.0.2.1  office router\nexample.com\ntcp://example.com:443'}
            value={draft.value.lines}
            onInput={({ currentTarget }) => set(draft, 'lines', currentTarget.value)}
          />
        )}
      />
      {refused.value.length > 0 && (
        <div class="refused" role="alert">
          <p>{plural(refused.value.length, 'line was', 'lines were')} not added:</p>
          <ul>
            {refused.value.map(({ line, why }) => (
              <li key={line.text}>
                <code>{line.text}</code> <span class="problem">{why}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
      <details open={!isBrief || hasProblem(problems.value)}>
        <summary>{lines.length > 1 ? `Settings of all ${lines.length}` : 'Settings'}</summary>
        <SettingsFields draft={draft} problems={problems.value} otherwise="default" />
      </details>
      <FormEnd
        problem={problem.value}
        busy={busy.value}
        action={lines.length > 1 ? `Add ${plural(lines.length, 'destination')}` : 'Add'}
        onCancel={() => {
          editor.drafts.delete('add');
          onDone();
        }}
      />
    </form>
  );
}

/** Edits one destination, or what several are to have in common. */
export function EditForm({
  editor,
  ids,
  onDone,
}: {
  editor: Editor;
  ids: readonly number[];
  onDone: () => void;
}) {
  const live = useLive();
  const key = ids.join();
  const only = ids.length === 1 ? live.get(ids[0] as number)?.row : undefined;
  const { draft, problems, problem, busy } = useForm(editor, key, only ? draftOf(only) : EMPTY);

  const save = async (): Promise<void> => {
    const { changes, problems: wrong } = only
      ? changesOf(draft.value, only)
      : { changes: settingsOf(draft.value).settings, problems: settingsOf(draft.value).problems };
    problems.value = wrong;
    problem.value = undefined;
    if (Object.keys(wrong).length > 0) return;
    if (Object.keys(changes).length > 0) {
      const failed = await editor.each(ids, (id) => editor.change(id, changes));
      const [first] = failed;
      if (first) {
        const told = problemsOf(first.error.problem, fieldOf);
        problems.value = told.fields;
        problem.value =
          ids.length === 1
            ? told.form
            : `${failed.length} of ${ids.length} stay as they are; the first is ${editor.nameOf([first.item])}: ${first.error.message}`;
        return;
      }
      editor.notices.say(`Changed ${editor.nameOf(ids)}.`);
    }
    editor.drafts.delete(key);
    onDone();
  };

  return (
    <form class="edit" noValidate onSubmit={(event) => submit(event, busy, save)}>
      {only ? (
        <div class="fields">
          {(['address', 'name'] as const).map((field) => (
            <LabelledField
              key={field}
              field={field}
              label={field === 'address' ? 'Address' : 'Name'}
              hint={field === 'address' ? 'host name or IP address' : 'a label for people'}
              problem={problems.value[field]}
              control={(props) => (
                <input
                  {...props}
                  autoComplete="off"
                  spellcheck={false}
                  value={draft.value[field]}
                  onInput={({ currentTarget }) => set(draft, field, currentTarget.value)}
                />
              )}
            />
          ))}
        </div>
      ) : (
        <p class="lead">What is left empty stays as it is.</p>
      )}
      <SettingsFields draft={draft} problems={problems.value} otherwise="unchanged" />
      <FormEnd
        problem={problem.value}
        busy={busy.value}
        action="Save"
        onCancel={() => {
          editor.drafts.delete(key);
          onDone();
        }}
      />
    </form>
  );
}

const hasProblem = ({ lines, ...settings }: FieldProblems): boolean => Object.keys(settings).length > 0;
