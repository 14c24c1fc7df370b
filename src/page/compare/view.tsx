import '../parts/charts.css';
import './compare.css';
import { useMemo, useState } from 'preact/hooks';
import { useLive } from '../api/context.ts';
import { useSources } from '../api/sources.ts';
import { shareText, withMs } from '../figures.ts';
import { formatMoment } from '../moments.ts';
import { ChartGroup, useBoard } from '../parts/chart-group.tsx';
import { ChartKeys } from '../parts/chart-keys.tsx';
import { choose, chosenOf } from '../parts/chosen.ts';
import { MEASURES, type Measure, measureAt } from '../parts/draw-lines.ts';
import { LossLegend, SmokeLegend } from '../parts/legend.tsx';
import { MOST_LINES } from '../parts/lines.ts';
import { pointsOf } from '../parts/points.ts';
import { Choice, RttControls } from '../parts/rtt-controls.tsx';
import { REACHES, rttRange, SCALES } from '../parts/rtt-range.ts';
import { useManySeries } from '../parts/series-feed.ts';
import { queryOf, spanOf, windowOf } from '../parts/span.ts';
import { SpanControls } from '../parts/span-controls.tsx';
import { StepTable } from '../parts/step-table.tsx';
import { indexAt } from '../parts/steps.ts';
import { summaryOf } from '../parts/summary.ts';
import { route } from '../router.ts';
import { CompareChart } from './chart.tsx';
import { ChosenItems } from './chosen-items.tsx';
import { type Item, itemsOf, keyOf, textOf } from './items.ts';
import { Multiples } from './multiples.tsx';
import { Picker } from './picker.tsx';

const MEASURE_LABELS: Readonly<Record<Measure, string>> = {
  p50: 'median',
  p95: '95th percentile',
  loss: 'loss',
};

/** Narrower than this, charts are lower, px. */
const NARROW = 520;

/** Several destinations, or several sources of one, over the same time. */
export function CompareView() {
  const live = useLive();
  const sources = useSources();
  const { query } = route.value;
  const { span, problem } = spanOf(query);
  const measure = chosenOf(query, 'measure', MEASURES);
  const scale = chosenOf(query, 'scale', SCALES);
  const reach = chosenOf(query, 'reach', REACHES);
  const items = itemsOf(query.get('with'));
  const [points, setPoints] = useState(0);
  const [isNarrow, setNarrow] = useState(innerWidth < NARROW);
  const feeds = useManySeries(items.map((item) => ({ ...item, span, points })));
  const known = feeds.map(({ series }) => series);
  const range = useMemo(
    () =>
      rttRange(
        known.filter((series) => series !== undefined),
        { scale, reach },
      ),
    [...padded(known), scale, reach],
  );
  const board = useBoard({
    window: feeds[0]?.window ?? windowOf(span, Date.now()),
    onChoose: (chosen, how) => choose(queryOf(chosen), how),
  });
  const nameOf = (item: Item): string => {
    const name = live.rows.value >= 0 ? live.get(item.destination)?.name : undefined;
    const source = sources.find(({ id }) => id === item.source)?.name ?? `source ${item.source}`;
    return `${name ?? `destination ${item.destination}`}${item.source === undefined ? '' : ` from ${source}`}`;
  };
  const lines = useMemo(
    () => known.flatMap((series, style) => (series ? [{ series, style }] : [])),
    padded(known),
  );
  const told = (moment: number): string =>
    [
      formatMoment(moment),
      ...lines.map(({ series, style }) => {
        const value = measureAt(series, measure, indexAt(series, moment));
        const text = measure === 'loss' ? shareText(value) : withMs(value);
        return `${nameOf(items[style] as Item)} ${value === null ? 'no result' : text}`;
      }),
    ].join(', ');
  const change = (changed: readonly Item[]) => choose({ with: textOf(changed) });
  const axisWidth = isNarrow ? 44 : 56;
  return (
    <div class="compare">
      <h1>Compare</h1>
      <Picker live={live} items={items} sources={sources} onChange={change} />
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <SpanControls span={span} window={board.window} onChoose={board.choose} />
      <div class="chart-head">
        <Choice name="measure" label="Lines of" labels={MEASURE_LABELS} value={measure} />
        <RttControls scale={scale} reach={reach} />
      </div>
      <ChosenItems {...{ items, feeds, sources, measure, nameOf }} cursor={board.cursor} onChange={change} />
      {items.length === 0 && (
        <p class="notice">
          Choose destinations above: up to eight are shown in one chart, and each as smoke below on the same
          axes. The address of this page keeps what is chosen.
        </p>
      )}
      <ChartGroup
        board={board}
        series={known.find((series) => series !== undefined)}
        label={`${MEASURE_LABELS[measure]} of ${items.length} compared, over time`}
        told={told}
      >
        <p class="chart-title">
          {measure === 'loss' ? 'Loss, %' : `Round-trip time, ${MEASURE_LABELS[measure]}, ms`}
        </p>
        <CompareChart
          {...{ board, lines, measure, range, scale, axisWidth }}
          height={isNarrow ? 240 : 320}
          onWidth={(width) => {
            setNarrow(width < NARROW);
            setPoints(pointsOf(width));
          }}
        />
        <Multiples
          {...{ board, range, scale, axisWidth, isNarrow }}
          items={items.map((item, n) => ({ key: keyOf(item), name: nameOf(item), series: known[n] }))}
        />
      </ChartGroup>
      <SmokeLegend />
      <LossLegend />
      {items.map((item, n) => (
        <div key={keyOf(item)}>
          <p class="summary">{summaryOf(nameOf(item), known[n], board.window)}</p>
          <StepTable series={known[n]} label={nameOf(item)} />
        </div>
      ))}
      <ChartKeys />
    </div>
  );
}

/** A list of dependencies has to be of one length. */
const padded = <Value,>(values: readonly Value[]): (Value | undefined)[] =>
  Array.from({ length: MOST_LINES }, (_, n) => values[n]);
