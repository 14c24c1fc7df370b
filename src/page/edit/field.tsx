import type { ComponentChildren } from 'preact';

/** A control with its label, and what is wrong with it beside it. `control` gets what ties them together. */
export function LabelledField({
  field,
  label,
  hint,
  problem,
  wide = false,
  control,
}: {
  field: string;
  label: string;
  hint?: ComponentChildren;
  problem: string | undefined;
  wide?: boolean;
  control: (props: {
    id: string;
    name: string;
    'aria-describedby': string;
    'aria-invalid': boolean;
  }) => ComponentChildren;
}) {
  const id = `field-${field}`;
  return (
    <div class={`field${wide ? ' wide' : ''}${problem ? ' wrong' : ''}`}>
      <label for={id}>{label}</label>
      {control({ id, name: field, 'aria-describedby': `${id}-note`, 'aria-invalid': problem !== undefined })}
      <p class="note" id={`${id}-note`} aria-live="polite">
        {problem ? <span class="problem">{problem}</span> : hint}
      </p>
    </div>
  );
}
