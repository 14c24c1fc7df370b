import { useEffect, useMemo, useState } from 'preact/hooks';
import type { SeriesBody } from '../../http/schemas/statistics.ts';
import { request } from '../api/client.ts';
import { formatLength, type Span, type Window, windowOf } from './span.ts';
import { continued } from './steps.ts';

export interface SeriesQuery {
  destination: number;
  /** An id; all sources together unless given. */
  source?: number | undefined;
  span: Span;
  /** At most so many steps; 0: not known yet. */
  points: number;
}

export interface SeriesFeed {
  /** What is known so far; of what was asked for before while the new one is under way. */
  series: SeriesBody | undefined;
  window: Window;
  problem: string | undefined;
  isLoading: boolean;
}

/** How often what goes on until now is looked after, ms. */
const OFTENEST = 1000;
const RAREST = 30_000;

/** How long to wait after a failure, ms. */
const AFTER_FAILURE = 5000;

/** After so many additions everything is read again: results may have been stored late. */
const ADDITIONS = 60;

/** A destination's history, which goes on with time where it shows what is until now. */
export function useSeries({ destination, source, span, points }: SeriesQuery): SeriesFeed {
  const key = [destination, source ?? '', ...spanKey(span), points].join(' ');
  const first = useMemo(() => windowOf(span, Date.now()), [key]);
  const [known, setKnown] = useState<{ key: string; feed: Omit<SeriesFeed, 'isLoading'> }>();
  useEffect(() => {
    if (points === 0) return;
    const abort = new AbortController();
    void follow({ destination, source, span, points }, abort.signal, (feed) => setKnown({ key, feed }));
    return () => abort.abort();
  }, [key]);
  if (known?.key === key) return { ...known.feed, isLoading: false };
  // That of another destination is not its history.
  const old = known?.feed.series;
  const isSame = old?.destination_id === destination && old.source_id === (source ?? null);
  return { series: isSame ? old : undefined, window: first, problem: undefined, isLoading: true };
}

export const spanKey = (span: Span): (string | number)[] =>
  'last' in span ? [formatLength(span.last)] : [span.since, span.until];

/** How often a chart of so many points shows news, ms. */
const periodOf = (length: number, points: number): number =>
  Math.min(RAREST, Math.max(OFTENEST, length / points));

async function follow(
  query: SeriesQuery,
  signal: AbortSignal,
  tell: (feed: Omit<SeriesFeed, 'isLoading'>) => void,
): Promise<void> {
  const { span, points } = query;
  let series: SeriesBody | undefined;
  for (let additions = 0; !signal.aborted; additions++) {
    const window = windowOf(span, Date.now());
    let problem: string | undefined;
    try {
      series = await load(query, { window, known: additions % ADDITIONS === 0 ? undefined : series, signal });
    } catch (error) {
      if (!signal.aborted) problem = (error as Error).message;
    }
    if (signal.aborted) return;
    tell({ series, window, problem });
    if (!('last' in span)) return;
    await pause(problem === undefined ? periodOf(span.last, points) : AFTER_FAILURE, signal);
  }
}

async function load(
  query: SeriesQuery,
  { window, known, signal }: { window: Window; known: SeriesBody | undefined; signal: AbortSignal },
): Promise<SeriesBody> {
  const last = known?.start.at(-1);
  if (!known || last === undefined) return read(query, { window, signal });
  // The last steps have not been over yet, or have had results since.
  const since = Math.max(window.since, last - 2 * known.step);
  const fresh = await read(query, { window: { since, until: window.until }, step: known.step, signal });
  return fresh.step === known.step
    ? continued(known, fresh, window.since)
    : read(query, { window, signal });
}

function read(
  { destination, source, points }: SeriesQuery,
  { window, step, signal }: { window: Window; step?: number; signal: AbortSignal },
): Promise<SeriesBody> {
  const asked = new URLSearchParams({
    since: String(Math.floor(window.since)),
    until: String(Math.ceil(window.until)),
    points: String(points),
    ...(step === undefined ? {} : { step: String(step) }),
    ...(source === undefined ? {} : { source: String(source) }),
  });
  return request<SeriesBody>(`/destinations/${destination}/series?${asked}`, { signal });
}

/** A page that nobody sees waits until it is seen. */
function pause(time: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, time);
    function done(): void {
      if (document.hidden && !signal.aborted) return;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', done);
      signal.removeEventListener('abort', done);
      resolve();
    }
    document.addEventListener('visibilitychange', done);
    signal.addEventListener('abort', done);
  });
}
