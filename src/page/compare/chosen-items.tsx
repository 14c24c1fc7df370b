import type { Signal } from '@preact/signals';
import { useLive } from '../api/context.ts';
import type { SourceName } from '../api/sources.ts';
import { NONE, shareText, withMs } from '../figures.ts';
import { type Measure, measureAt } from '../parts/draw-lines.ts';
import { DASHES } from '../parts/lines.ts';
import type { SeriesFeed } from '../parts/series-feed.ts';
import { SourceChoice } from '../parts/source-choice.tsx';
import { indexAt } from '../parts/steps.ts';
import { type Item, keyOf } from './items.ts';

export interface ChosenItemsProps {
  items: readonly Item[];
  feeds: readonly SeriesFeed[];
  sources: readonly SourceName[];
  measure: Measure;
  cursor: Signal<number | undefined>;
  nameOf: (item: Item) => string;
  onChange: (items: readonly Item[]) => void;
}

/** What is compared: which line is which, and what it is at the cursor. */
export function ChosenItems(props: ChosenItemsProps) {
  const { items, feeds, sources, onChange, nameOf } = props;
  const live = useLive();
  live.rows.value;
  return (
    <ul class="chosen-items" aria-label="Compared">
      {items.map((item, n) => (
        <li key={keyOf(item)}>
          <LineSample style={n} />
          <a href={`/destinations/${item.destination}`}>{nameOf({ ...item, source: undefined })}</a>
          {sources.length > 1 && (
            <SourceChoice
              sources={sources}
              value={item.source}
              label={`Source of ${nameOf({ ...item, source: undefined })}`}
              onChoose={(source) =>
                onChange(items.map((each, at) => (at === n ? { ...each, source } : each)))
              }
            />
          )}
          <Value {...props} feed={feeds[n]} />
          <button
            type="button"
            class="plain"
            aria-label={`Compare without ${nameOf(item)}`}
            onClick={() => onChange(items.filter((_, at) => at !== n))}
          >
            ×
          </button>
          {feeds[n]?.problem && (
            <p class="problem" role="alert">
              {feeds[n]?.problem}
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}

/** A piece of the line, as it is in the chart. */
const LineSample = ({ style }: { style: number }) => (
  <svg class={`line-sample line-${style + 1}`} width="36" height="10" aria-hidden="true">
    <line x1="0" y1="5" x2="36" y2="5" stroke-dasharray={DASHES[style]?.join(' ') || undefined} />
  </svg>
);

/** At the cursor; the newest where there is none. */
function Value({
  feed,
  measure,
  cursor,
}: Pick<ChosenItemsProps, 'measure' | 'cursor'> & { feed: SeriesFeed | undefined }) {
  const series = feed?.series;
  const moment = cursor.value;
  const index = !series ? -1 : moment === undefined ? series.start.length - 1 : indexAt(series, moment);
  const value = series && index >= 0 ? measureAt(series, measure, index) : null;
  const text = measure === 'loss' ? shareText(value) : withMs(value);
  return <output class="line-value">{value === null ? NONE : text}</output>;
}
