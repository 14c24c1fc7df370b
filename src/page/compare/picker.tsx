import type { LiveStore } from '../api/live.ts';
import type { SourceName } from '../api/sources.ts';
import { Combobox, type Option } from '../parts/combobox.tsx';
import { MOST_LINES } from '../parts/lines.ts';
import { type Item, keyOf } from './items.ts';

/** So many of what fits are shown; typing more finds the others. */
const SHOWN = 50;

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
  const [only] = items;
  const isOne = only !== undefined && items.every(({ destination }) => destination === only.destination);
  return (
    <div class="picker">
      <Combobox
        label="Destination to compare"
        placeholder={isFull ? `${MOST_LINES} at most` : 'Name, address or number'}
        disabled={isFull}
        find={(text) => found(live, text, items)}
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

/** Those whose words all words of a text are in, by name. */
function found(live: LiveStore, text: string, items: readonly Item[]): Option[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const taken = new Set(items.map(keyOf));
  const fitting = [...live.all()].filter(
    (each) => !taken.has(String(each.id)) && words.every((word) => each.words.includes(word)),
  );
  return fitting
    .sort((a, b) => (a.nameKey < b.nameKey ? -1 : a.nameKey > b.nameKey ? 1 : a.id - b.id))
    .slice(0, SHOWN)
    .map(({ id, name, label }) => ({ id, name, detail: name === label ? `#${id}` : `${label} #${id}` }));
}
