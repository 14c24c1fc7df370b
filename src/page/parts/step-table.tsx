import { useState } from 'preact/hooks';
import type { SeriesBody } from '../../http/schemas/statistics.ts';
import { countText, rttText, shareText } from '../figures.ts';
import { formatMoment } from '../moments.ts';
import { GAP_LABELS, GAP_MEANINGS } from './draw-gaps.ts';
import { Scrolled } from './scrolled.tsx';
import { lossAt, type SeriesColumn } from './steps.ts';
import { Table, type TableColumn } from './table.tsx';

const COUNTS: readonly SeriesColumn[] = ['sent', 'received', 'lost'];
const TIMES: readonly SeriesColumn[] = ['min', 'p50', 'p95', 'p99', 'max'];

/** The steps that the charts show, as a table, which is made when it is opened. Newest first. */
export function StepTable({ series, label }: { series: SeriesBody | undefined; label: string }) {
  const [open, setOpen] = useState(false);
  return (
    <details class="step-table" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>The steps as a table</summary>
      {open && series && (
        <>
          <Scrolled isTall label={`Steps of ${label}`}>
            <Table
              columns={columnsOf(series)}
              rows={[...series.start.keys()].reverse()}
              keyOf={(step) => series.start[step] as number}
            />
          </Scrolled>
          {series.gaps.length > 0 && <Gaps series={series} />}
        </>
      )}
    </details>
  );
}

/** `step`: which of a series. */
const columnsOf = (series: SeriesBody): TableColumn<number>[] => [
  { title: 'from', isName: true, show: (step) => formatMoment(series.start[step] as number) },
  ...COUNTS.map((name) => ({
    title: name,
    show: (step: number) => countText(series[name][step] ?? null),
  })),
  { title: 'loss', show: (step) => shareText(lossAt(series, step)) },
  ...TIMES.map((name) => ({
    title: `${name}, ms`,
    show: (step: number) => rttText(series[name][step] ?? null),
  })),
];

function Gaps({ series }: { series: SeriesBody }) {
  return (
    <>
      <p>When the monitor itself could not probe:</p>
      <ul>
        {series.gaps.map(({ start, end, reason, source_id }) => (
          <li key={`${source_id} ${start}`}>
            {formatMoment(start)} to {formatMoment(end)}, source {source_id}: {GAP_LABELS[reason]} (
            {GAP_MEANINGS[reason]})
          </li>
        ))}
      </ul>
    </>
  );
}
