import { useEffect, useState } from 'preact/hooks';
import { OUTCOMES, type Outcome } from '../../entities/outcome.ts';
import type { ResultsPage } from '../../http/schemas/result.ts';
import { useSources } from '../api/sources.ts';
import { formatMoment } from '../moments.ts';
import { useLoaded } from '../parts/loaded.ts';
import type { Span } from '../parts/span.ts';
import { ResultTable } from './result-table.tsx';

export interface ResultsProps {
  destination: number;
  source: number | undefined;
  span: Span;
}

/** Rows of a page. */
const PAGE = 50;

/** The results themselves, of the span that is shown, newest first. */
export function Results({ destination, source, span }: ResultsProps) {
  const sources = useSources();
  const [outcome, setOutcome] = useState<Outcome>();
  // Cursors of the pages before the one that is shown.
  const [pages, setPages] = useState<string[]>([]);
  const until = 'last' in span ? undefined : span.until;
  useEffect(() => setPages([]), [destination, source, outcome, until]);
  const cursor = pages.at(-1);
  const asked = new URLSearchParams({
    destination: String(destination),
    limit: String(PAGE),
    ...(source === undefined ? {} : { source: String(source) }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(until === undefined ? {} : { until: String(Math.ceil(until)) }),
    ...(cursor === undefined ? {} : { cursor }),
  });
  const { answer, problem, isLoading, reload } = useLoaded<ResultsPage>(`/results?${asked}`);
  return (
    <section aria-labelledby="results-title">
      <h2 id="results-title">Results</h2>
      <div class="section-controls">
        <label>
          Outcome{' '}
          <select
            value={outcome ?? ''}
            onChange={(event) => setOutcome((event.currentTarget.value || undefined) as Outcome | undefined)}
          >
            <option value="">all</option>
            {OUTCOMES.map((name) => (
              <option key={name} value={name}>
                {name.replace('_', ' ')}
              </option>
            ))}
          </select>
        </label>
        <button type="button" disabled={pages.length === 0} onClick={() => setPages(pages.slice(0, -1))}>
          Newer
        </button>
        <button
          type="button"
          disabled={isLoading || !answer?.next}
          onClick={() => answer?.next && setPages([...pages, answer.next])}
        >
          Older
        </button>
        <button type="button" onClick={reload}>
          Read again
        </button>
        <p class="faint">
          Newest first{until === undefined ? '' : `, until ${formatMoment(until)}`}. Receive times to the µs.
        </p>
      </div>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <ResultTable results={answer?.results ?? []} sources={sources} isLoading={isLoading} />
      <p class="faint">
        All of them as a file: <code>{exportCommand(destination, span)}</code> (or <code>.jsonl</code>,{' '}
        <code>.parquet</code>).
      </p>
    </section>
  );
}

function exportCommand(destination: number, span: Span): string {
  const times =
    'last' in span
      ? `--since ${Math.round(span.last / 1000)}s`
      : `--since ${new Date(span.since).toISOString()} --until ${new Date(span.until).toISOString()}`;
  return `pinger export results --destination ${destination} ${times} --output results.csv`;
}
