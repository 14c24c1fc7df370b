import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { SeriesBody } from '../../http/schemas/statistics.ts';
import { ApiError, request } from '../api/client.ts';
import { DEFAULT_SPAN, formatLength, type Span, type Window, windowOf } from './span.ts';
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

type Known = Omit<SeriesFeed, 'isLoading'>;

const keyOf = ({ destination, source, span, points }: SeriesQuery): string =>
  [destination, source ?? '', ...spanKey(span), points].join(' ');

/** Whose history it is. */
const ownerOf = ({ destination, source }: Pick<SeriesQuery, 'destination' | 'source'>): string =>
  `${destination} ${source ?? ''}`;

/** A destination's history, which goes on with time where it shows what is until now. */
export const useSeries = (query: SeriesQuery): SeriesFeed => useManySeries([query])[0] as SeriesFeed;

/** That of several, which come and go without a new reading of the others. */
export function useManySeries(queries: readonly SeriesQuery[]): SeriesFeed[] {
  const readings = useRef(new Map<string, AbortController>());
  const newest = useRef(new Map<string, SeriesBody>());
  const [known, setKnown] = useState<ReadonlyMap<string, Known>>(new Map());
  const wanted = new Map(queries.filter(({ points }) => points > 0).map((query) => [keyOf(query), query]));
  const [first] = queries;
  const spans = first ? spanKey(first.span).join(' ') : '';
  // What is shown until there is an answer.
  const window = useMemo(() => windowOf(first?.span ?? DEFAULT_SPAN, Date.now()), [spans]);
  useEffect(() => {
    for (const [key, abort] of readings.current)
      if (!wanted.has(key)) {
        abort.abort();
        readings.current.delete(key);
      }
    setKnown((before) => new Map([...before].filter(([key]) => wanted.has(key))));
    for (const [key, query] of wanted) {
      if (readings.current.has(key)) continue;
      const abort = new AbortController();
      readings.current.set(key, abort);
      void follow(query, abort.signal, (feed) => {
        if (feed.series) newest.current.set(ownerOf(query), feed.series);
        setKnown((before) => new Map(before).set(key, feed));
      });
    }
  }, [[...wanted.keys()].join()]);
  useEffect(
    () => () => {
      for (const abort of readings.current.values()) abort.abort();
      readings.current.clear();
    },
    [],
  );
  return queries.map((query) => {
    const feed = known.get(keyOf(query));
    if (feed) return { ...feed, isLoading: false };
    return { series: newest.current.get(ownerOf(query)), window, problem: undefined, isLoading: true };
  });
}

export const spanKey = (span: Span): (string | number)[] =>
  'last' in span ? [formatLength(span.last)] : [span.since, span.until];

/** How often a chart of so many points shows news, ms. */
const periodOf = (length: number, points: number): number =>
  Math.min(RAREST, Math.max(OFTENEST, length / points));

async function follow(query: SeriesQuery, signal: AbortSignal, tell: (feed: Known) => void): Promise<void> {
  const { span, points } = query;
  let series: SeriesBody | undefined;
  for (let additions = 0; !signal.aborted; additions++) {
    const window = windowOf(span, Date.now());
    let problem: string | undefined;
    let isFinal = !('last' in span);
    try {
      series = await load(query, { window, known: additions % ADDITIONS === 0 ? undefined : series, signal });
    } catch (error) {
      problem = (error as Error).message;
      isFinal = isRefusal(error);
    }
    if (signal.aborted) return;
    tell({ series, window, problem });
    if (isFinal) return;
    await pause(
      problem === undefined && 'last' in span ? periodOf(span.last, points) : AFTER_FAILURE,
      signal,
    );
  }
}

/** Whether asking again would be answered the same. */
const isRefusal = (error: unknown): boolean =>
  error instanceof ApiError && [400, 403, 404].includes(error.problem.status);

async function load(
  query: SeriesQuery,
  { window, known, signal }: { window: Window; known: SeriesBody | undefined; signal: AbortSignal },
): Promise<SeriesBody> {
  const last = known?.start.at(-1);
  if (!known || last === undefined) return read(query, { window, signal });
  // The last steps have not been over yet, or have had results since.
  const since = Math.max(window.since, last - 2 * known.step);
  const fresh = await read(query, { window: { since, until: window.until }, step: known.step, signal });
  return fresh.step === known.step ? continued(known, fresh, window.since) : read(query, { window, signal });
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
