import '../parts/charts.css';
import './destination.css';
import { useState } from 'preact/hooks';
import { useLive } from '../api/context.ts';
import { useSources } from '../api/sources.ts';
import { choose, idOf } from '../parts/chosen.ts';
import { pointsOf } from '../parts/points.ts';
import { useSeries } from '../parts/series-feed.ts';
import { SourceChoice } from '../parts/source-choice.tsx';
import { spanOf } from '../parts/span.ts';
import { route } from '../router.ts';
import { Charts } from './charts.tsx';
import { Figures } from './figures.tsx';
import { Head } from './head.tsx';
import { Hops } from './hops.tsx';
import { Results } from './results.tsx';

/** One destination: its history, its figures, the path to it, its results. */
export function DestinationView({ id }: { id: number }) {
  const live = useLive();
  const isLoaded = live.loaded.value;
  const now = live.rows.value >= 0 ? live.get(id) : undefined;
  const sources = useSources();
  const { query } = route.value;
  const { span, problem } = spanOf(query);
  const source = idOf(query, 'source');
  const [points, setPoints] = useState(0);
  const feed = useSeries({ destination: id, source, span, points });
  const label = now?.name ?? `destination ${id}`;
  return (
    <div class="destination">
      {now ? <Head now={now} /> : <Missing id={id} isLoaded={isLoaded} />}
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <Charts label={label} span={span} feed={feed} onWidth={(width) => setPoints(pointsOf(width))}>
        {sources.length > 1 && (
          <SourceChoice
            sources={sources}
            value={source}
            onChoose={(chosen) => choose({ source: chosen?.toString() })}
          />
        )}
      </Charts>
      <Figures destination={id} source={source} span={span} window={feed.window} />
      <Hops destination={id} />
      <Results destination={id} source={source} span={span} />
    </div>
  );
}

/** One that was deleted may have a history. */
function Missing({ id, isLoaded }: { id: number; isLoaded: boolean }) {
  return (
    <header class="destination-head">
      <h1>Destination {id}</h1>
      <p class="faint" role="status">
        {isLoaded ? 'It is not in the table (any more); what is known of it is below.' : 'Loading …'}
      </p>
    </header>
  );
}
