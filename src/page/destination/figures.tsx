import { formatWindow } from '../parts/axis.ts';
import { useLoaded } from '../parts/loaded.ts';
import type { Span, Window } from '../parts/span.ts';
import { type DestinationStatistics, FIGURE_GROUPS } from './figure-groups.ts';

export interface FiguresProps {
  destination: number;
  source: number | undefined;
  span: Span;
  window: Window;
}

/** How often figures of what goes on until now are read again, ms. */
const REFRESH = 15_000;

/** The figures of the span that is shown. */
export function Figures({ destination, source, span, window }: FiguresProps) {
  const isLive = 'last' in span;
  // The API counts back from now by itself, so that the path stays the same.
  const asked = new URLSearchParams({
    ...(isLive
      ? { since: `${Math.round(span.last / 1000)}s` }
      : { since: String(Math.floor(span.since)), until: String(Math.ceil(span.until)) }),
    destination: String(destination),
    ...(source === undefined ? {} : { source: String(source) }),
  });
  const { answer, problem } = useLoaded<{ statistics: DestinationStatistics[] }>(
    `/statistics?${asked}`,
    isLive ? { every: REFRESH } : {},
  );
  const statistics = answer?.statistics[0];
  return (
    <section aria-labelledby="figures-title">
      <h2 id="figures-title">Figures</h2>
      <p class="faint">{formatWindow(window)}</p>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <div class="figure-groups">
        {FIGURE_GROUPS.map(({ title, figures }) => (
          <section key={title} class="figure-group" aria-label={title}>
            <h3>{title}</h3>
            <dl>
              {figures.map(({ name, label, show, meaning }) => (
                <div key={name}>
                  <dt>{label}</dt>
                  <dd data-figure={name}>{show(statistics?.[name] ?? null)}</dd>
                  <dd class="meaning">{meaning}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </section>
  );
}
