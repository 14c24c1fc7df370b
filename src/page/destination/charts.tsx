import type { ComponentChildren } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { SeriesBody } from '../../http/schemas/statistics.ts';
import { countText } from '../figures.ts';
import { formatDuration } from '../moments.ts';
import { ChartGroup, useBoard } from '../parts/chart-group.tsx';
import { ChartKeys } from '../parts/chart-keys.tsx';
import { choose, chosenOf } from '../parts/chosen.ts';
import { LossLegend, OutcomeLegend, SmokeLegend } from '../parts/legend.tsx';
import { OUTCOME_PARTS, type OutcomeName } from '../parts/outcome-parts.ts';
import { Readout, toldStep } from '../parts/readout.tsx';
import { RttControls } from '../parts/rtt-controls.tsx';
import { REACHES, rttRange, SCALES } from '../parts/rtt-range.ts';
import type { SeriesFeed } from '../parts/series-feed.ts';
import { LossChart, OutcomeChart, SmokeChart } from '../parts/smoke-charts.tsx';
import { queryOf, type Span } from '../parts/span.ts';
import { SpanControls } from '../parts/span-controls.tsx';
import { StepTable } from '../parts/step-table.tsx';
import { summaryOf, totalsOf } from '../parts/summary.ts';
import { route } from '../router.ts';

export interface ChartsProps {
  label: string;
  span: Span;
  feed: SeriesFeed;
  /** Told how wide the charts are between their axes, px. */
  onWidth: (width: number) => void;
  /** What else is chosen beside the time. */
  children?: ComponentChildren;
}

/** Narrower than this, charts are lower, px. */
const NARROW = 520;

/** What is seen of a destination over time. */
export function Charts({ label, span, feed, onWidth, children }: ChartsProps) {
  const { series, problem, isLoading } = feed;
  const [isNarrow, setNarrow] = useState(innerWidth < NARROW);
  const board = useBoard({
    window: feed.window,
    onChoose: (chosen, how) => choose(queryOf(chosen), how),
  });
  const { query } = route.value;
  const scale = chosenOf(query, 'scale', SCALES);
  const reach = chosenOf(query, 'reach', REACHES);
  const range = useMemo(() => rttRange(series ? [series] : [], { scale, reach }), [series, scale, reach]);
  const axisWidth = isNarrow ? 44 : 56;
  const shared = { board, series, axisWidth };
  return (
    <section class="charts" aria-labelledby="charts-title" aria-busy={isLoading}>
      <h2 id="charts-title" class="spoken">
        Over time
      </h2>
      <SpanControls span={span} window={board.window} onChoose={board.choose}>
        {children}
      </SpanControls>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <Readout series={series} cursor={board.cursor} />
      <div class="chart-head">
        <h3>
          Round-trip time, ms
          <span class="faint step-length">{series ? `steps of ${formatDuration(series.step)}` : ' '}</span>
        </h3>
        <RttControls scale={scale} reach={reach} />
      </div>
      <ChartGroup
        board={board}
        series={series}
        label={`Round-trip times, loss and outcomes of ${label} over time`}
        told={(moment) => toldStep(series, moment)}
      >
        <SmokeChart
          {...shared}
          range={range}
          scale={scale}
          height={isNarrow ? 240 : 340}
          onWidth={(width) => {
            setNarrow(width < NARROW);
            onWidth(width);
          }}
        />
        <p class="chart-title">Loss, %</p>
        <LossChart {...shared} height={isNarrow ? 72 : 84} />
        <p class="chart-title">Outcomes, results a step</p>
        <OutcomeChart {...shared} height={isNarrow ? 140 : 170} hasTimes />
      </ChartGroup>
      <SmokeLegend />
      <LossLegend />
      <Outcomes series={series} />
      <p class="summary">{summaryOf(label, series, board.window)}</p>
      <StepTable series={series} label={label} />
      <ChartKeys />
    </section>
  );
}

function Outcomes({ series }: { series: SeriesBody | undefined }) {
  const totals = useMemo(() => totalsOf(series), [series]);
  const parts = OUTCOME_PARTS.filter(
    ({ name }) => name === 'reply' || name === 'timeout' || totals[name] > 0,
  );
  const counts = Object.fromEntries(
    Object.entries(totals).map(([name, count]) => [name, countText(count)]),
  ) as Record<OutcomeName, string>;
  return <OutcomeLegend parts={parts} counts={counts} />;
}
