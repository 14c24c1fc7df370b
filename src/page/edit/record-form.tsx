import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { ApiError } from '../api/client.ts';
import { FormEnd, submit } from './form-end.tsx';
import { RecordControl, type RecordField } from './record-field.tsx';
import { problemsOf, type TextProblems, type Texts } from './texts.ts';

export interface RecordFormProps<Body> {
  first: Texts;
  /** The fields that there are, for what is typed. */
  fieldsOf: (texts: Texts) => readonly RecordField[];
  /** What a form says, or what is wrong with how it says it. */
  bodyOf: (texts: Texts) => { body: Body; problems: TextProblems };
  /** Throws ApiError. */
  save: (body: Body) => Promise<void>;
  /** The field of a column whose name is not the field's own. */
  aliases?: Readonly<Record<string, string>>;
  /** What the button says. */
  action: string;
  onDone: () => void;
  /** Where what is typed is kept until it is saved or given up. */
  drafts: Map<string, Texts>;
  /** What the draft is about. */
  about: string;
  /** Above the fields; what it types takes the place of all. */
  children?: (type: (texts: Texts) => void) => ComponentChildren;
}

/** A form about one row of a table: what is wrong is told beside its field, and nothing that is typed is lost. */
export function RecordForm<Body>({
  first,
  fieldsOf,
  bodyOf,
  save,
  aliases = {},
  action,
  onDone,
  drafts,
  about,
  children,
}: RecordFormProps<Body>) {
  const texts = useSignal<Texts>(drafts.get(about) ?? first);
  const problems = useSignal<TextProblems>({});
  const problem = useSignal<string | undefined>(undefined);
  const busy = useSignal(false);
  const type = (typed: Texts) => {
    texts.value = typed;
    drafts.set(about, typed);
  };
  const fields = fieldsOf(texts.value);
  const names = new Set(fields.map(({ name }) => name));
  const fieldOf = (column: string) => {
    const name = aliases[column] ?? column;
    return names.has(name) ? name : undefined;
  };
  const done = () => {
    drafts.delete(about);
    onDone();
  };
  const work = async (): Promise<void> => {
    const { body, problems: wrong } = bodyOf(texts.peek());
    problems.value = wrong;
    problem.value = undefined;
    if (Object.keys(wrong).length > 0) return;
    try {
      await save(body);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const { fields: found, form } = problemsOf(error.problem, fieldOf);
      problems.value = found;
      problem.value = form;
      return;
    }
    done();
  };
  return (
    <form class="edit" noValidate onSubmit={(event) => void submit(event, busy, work)}>
      {children?.(type)}
      <div class="fields">
        {fields.map((field) => (
          <RecordControl
            key={field.name}
            field={field}
            text={texts.value[field.name] ?? ''}
            problem={problems.value[field.name]}
            onType={(text) => type({ ...texts.peek(), [field.name]: text })}
          />
        ))}
      </div>
      <FormEnd problem={problem.value} busy={busy.value} action={action} onCancel={done} />
    </form>
  );
}
