import type { SeriesBody } from '../../http/schemas/statistics.ts';
import type { RttRange, RttScale } from '../parts/rtt-range.ts';
import { SmokeChart } from '../parts/smoke-charts.tsx';
import type { Board } from '../parts/time-chart.tsx';

export interface MultiplesProps {
  board: Board;
  items: readonly { key: string; name: string; series: SeriesBody | undefined }[];
  range: RttRange;
  scale: RttScale;
  axisWidth: number;
  isNarrow: boolean;
}

/** A smoke chart each, on one time axis and one scale. */
export function Multiples({ items, isNarrow, ...shared }: MultiplesProps) {
  return (
    <div class="multiples">
      {items.map(({ key, name, series }) => (
        <div key={key}>
          <p class="chart-title">{name}</p>
          <SmokeChart {...shared} series={series} height={isNarrow ? 140 : 160} hasTimes />
        </div>
      ))}
    </div>
  );
}
