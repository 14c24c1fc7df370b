import type { LiveStore } from '../api/live.ts';
import type { SourceName } from '../api/sources.ts';
import { Combobox } from '../parts/combobox.tsx';
import { findDestinations } from '../parts/find-destinations.ts';
import { MOST_LINES } from '../parts/lines.ts';
import { type Item, keyOf } from './items.ts';

/** Chooses what is compared. */
export function Picker({
  live,
  items,
  sources,
  onChange,
}: {
  live: LiveStore;
  items: readonly Item[];
  sources: readonly SourceName[];
  onChange: (items: readonly Item[]) => void;
}) {
  // Who types before the table is here finds what comes.
  live.rows.value;
  const isFull = items.length >= MOST_LINES;
  const taken = new Set(items.map(keyOf));
  const [only] = items;
  const isOne = only !== undefined && items.every(({ destination }) => destination === only.destination);
  return (
    <div class="picker">
      <Combobox
        label="Destination to compare"
        placeholder={isFull ? `${MOST_LINES} at most` : 'Name, address or number'}
        disabled={isFull}
        find={(text) => findDestinations(live, text, (id) => taken.has(String(id)))}
        onChoose={({ id }) => onChange([...items, { destination: id, source: undefined }])}
      />
      {isOne && sources.length > 1 && (
        <button
          type="button"
          onClick={() =>
            onChange(
              sources.slice(0, MOST_LINES).map(({ id }) => ({ destination: only.destination, source: id })),
            )
          }
        >
          One line for each source
        </button>
      )}
    </div>
  );
}
