import type { SourceName } from '../api/sources.ts';

/** Whose results are shown. */
export function SourceChoice({
  sources,
  value,
  label = 'As seen by',
  onChoose,
}: {
  sources: readonly SourceName[];
  value: number | undefined;
  label?: string;
  onChoose: (source: number | undefined) => void;
}) {
  return (
    <label class="source-choice">
      <span>{label}</span>{' '}
      <select
        value={value ?? ''}
        onChange={({ currentTarget }) =>
          onChoose(currentTarget.value === '' ? undefined : Number(currentTarget.value))
        }
      >
        <option value="">all sources</option>
        {sources.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
