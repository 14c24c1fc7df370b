import { LabelledField } from './field.tsx';

/** A field of a form, and what it is made of: a line of text unless told otherwise. */
export interface RecordField {
  name: string;
  label: string;
  hint?: string;
  placeholder?: string;
  wide?: boolean;
  /** `several`: the values of those that are chosen, with commas between them; `switch`: `yes` or nothing. */
  control?: 'text' | 'secret' | 'lines' | 'moment' | 'choice' | 'several' | 'switch';
  /** Of `choice` and `several`. */
  choices?: readonly (readonly [value: string, label: string])[];
}

interface RecordControlProps {
  field: RecordField;
  text: string;
  problem: string | undefined;
  onType: (text: string) => void;
}

export function RecordControl(props: RecordControlProps) {
  const { field, text, problem, onType } = props;
  const { name, label, hint, control = 'text', wide = false, placeholder, choices = [] } = field;
  if (control === 'several') return <Several {...props} />;
  if (control === 'switch') return <Switch {...props} />;
  return (
    <LabelledField
      field={name}
      label={label}
      hint={hint}
      wide={wide}
      problem={problem}
      control={(tied) => {
        const typed = {
          ...tied,
          spellcheck: false,
          placeholder,
          value: text,
          onInput: ({ currentTarget }: { currentTarget: HTMLInputElement | HTMLTextAreaElement }) =>
            onType(currentTarget.value),
        };
        switch (control) {
          case 'choice':
            return (
              <select {...tied} value={text} onChange={({ currentTarget }) => onType(currentTarget.value)}>
                {choices.map(([value, shown]) => (
                  <option key={value} value={value}>
                    {shown}
                  </option>
                ))}
              </select>
            );
          case 'lines':
            return <textarea {...typed} rows={3} />;
          case 'moment':
            return <input {...typed} type="datetime-local" />;
          case 'secret':
            return <input {...typed} type="password" autoComplete="new-password" />;
          case 'text':
            return <input {...typed} type="text" autoComplete="off" />;
        }
      }}
    />
  );
}

function Switch({ field: { name, label, hint }, text, problem, onType }: RecordControlProps) {
  const id = `field-${name}`;
  return (
    <div class="field wide">
      <label class="switch">
        <input
          type="checkbox"
          id={id}
          checked={text === 'yes'}
          aria-describedby={`${id}-note`}
          onChange={({ currentTarget }) => onType(currentTarget.checked ? 'yes' : '')}
        />
        {label}
      </label>
      <p class="note" id={`${id}-note`} aria-live="polite">
        {problem ? <span class="problem">{problem}</span> : hint}
      </p>
    </div>
  );
}

function Several({ field: { name, label, hint, choices = [] }, text, problem, onType }: RecordControlProps) {
  const id = `field-${name}`;
  const chosen = text.split(',').filter(Boolean);
  return (
    <fieldset class="field wide several" aria-describedby={`${id}-note`}>
      <legend>{label}</legend>
      {choices.map(([value, shown]) => (
        <label key={value} class="switch">
          <input
            type="checkbox"
            checked={chosen.includes(value)}
            onChange={({ currentTarget }) =>
              onType(
                (currentTarget.checked ? [...chosen, value] : chosen.filter((each) => each !== value)).join(),
              )
            }
          />
          {shown}
        </label>
      ))}
      <p class="note" id={`${id}-note`} aria-live="polite">
        {problem ? <span class="problem">{problem}</span> : hint}
      </p>
    </fieldset>
  );
}
