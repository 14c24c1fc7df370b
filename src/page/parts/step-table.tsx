import { useState } from 'preact/hooks';
import type { SeriesBody } from '../../http/schemas/statistics.ts';
import { GAP_LABELS, GAP_MEANINGS } from './draw-gaps.ts';
import { formatCount, formatMoment, formatMs } from './format.ts';
import { formatShare } from './loss.ts';
import { Scrolled } from './scrolled.tsx';
import { lossAt, type SeriesColumn } from './steps.ts';

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
            <Steps series={series} />
          </Scrolled>
          {series.gaps.length > 0 && <Gaps series={series} />}
        </>
      )}
    </details>
  );
}

function Steps({ series }: { series: SeriesBody }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">from</th>
          {COUNTS.map((name) => (
            <th scope="col" key={name}>
              {name}
            </th>
          ))}
          <th scope="col">loss</th>
          {TIMES.map((name) => (
            <th scope="col" key={name}>
              {name}, ms
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {series.start
          .map((start, step) => (
            <tr key={start}>
              <th scope="row">{formatMoment(start)}</th>
              {COUNTS.map((name) => (
                <td key={name}>{formatCount(series[name][step] ?? null)}</td>
              ))}
              <td>{formatShare(lossAt(series, step))}</td>
              {TIMES.map((name) => (
                <td key={name}>{formatMs(series[name][step] ?? null)}</td>
              ))}
            </tr>
          ))
          .toReversed()}
      </tbody>
    </table>
  );
}

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
