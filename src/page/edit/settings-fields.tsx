import type { Signal } from '@preact/signals';
import { useSources } from '../api/sources.ts';
import { type Draft, EVERY_SOURCE, type Field, type FieldProblems } from './draft.ts';
import { LabelledField } from './field.tsx';

/** What an empty field stands for: the table's own default, what is there already, or nothing. */
export type Otherwise = 'default' | 'unchanged';

const DEFAULTS: Partial<Record<Field, string>> = { interval: '1s', timeout: '1s', ttl: '64' };

/** How to probe. */
export function SettingsFields({
  draft,
  problems,
  otherwise,
}: {
  draft: Signal<Draft>;
  problems: FieldProblems;
  otherwise: Otherwise;
}) {
  const sources = useSources();
  const input = (field: Field, label: string, hint: string, mode: 'text' | 'numeric' = 'text') => (
    <LabelledField
      field={field}
      label={label}
      hint={hint}
      problem={problems[field]}
      control={(props) => (
        <input
          {...props}
          value={draft.value[field]}
          inputMode={mode}
          autoComplete="off"
          spellcheck={false}
          placeholder={otherwise === 'unchanged' ? 'as it is' : (DEFAULTS[field] ?? '')}
          onInput={({ currentTarget }) => set(draft, field, currentTarget.value)}
        />
      )}
    />
  );
  return (
    <div class="fields">
      <LabelledField
        field="protocol"
        label="Protocol"
        hint="ICMP unless the address is a URL"
        problem={problems.protocol}
        control={(props) => (
          <select
            {...props}
            value={draft.value.protocol}
            onChange={({ currentTarget }) => set(draft, 'protocol', currentTarget.value)}
          >
            <option value="">{otherwise === 'unchanged' ? 'as it is' : 'as the address says'}</option>
            {['icmp', 'icmp6', 'tcp', 'tcp6', 'udp', 'udp6'].map((each) => (
              <option key={each} value={each}>
                {each.toUpperCase()}
              </option>
            ))}
          </select>
        )}
      />
      {input('port', 'Port', 'TCP and UDP need one', 'numeric')}
      {input('interval', 'Interval', 'from one probe to the next: 200ms, 10s, 1h')}
      {input('timeout', 'Timeout', 'how long an answer is in time: 500ms, 2s')}
      {input('ttl', 'TTL', 'or hop limit, 1 to 255', 'numeric')}
      {input('data', 'Data', 'the payload')}
      {sources.length > 1 && (
        <LabelledField
          field="source_id"
          label="Source"
          hint="who probes it"
          problem={problems.source_id}
          control={(props) => (
            <select
              {...props}
              value={draft.value.source_id}
              onChange={({ currentTarget }) => set(draft, 'source_id', currentTarget.value)}
            >
              <option value="">{otherwise === 'unchanged' ? 'as it is' : 'every source'}</option>
              {otherwise === 'unchanged' && <option value={EVERY_SOURCE}>every source</option>}
              {sources.map(({ id, name }) => (
                <option key={id} value={String(id)}>
                  {name}
                </option>
              ))}
            </select>
          )}
        />
      )}
    </div>
  );
}

export function set(draft: Signal<Draft>, field: Field, text: string): void {
  draft.value = { ...draft.value, [field]: text };
}
