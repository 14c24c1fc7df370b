import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { formatClock, formatDate } from '../moments.ts';
import { formatWindow } from './axis.ts';
import { holdOf, PRESETS, panned, type Span, spanFrom, type Window, withinNow, zoomed } from './span.ts';

export interface SpanControlsProps {
  span: Span;
  window: Window;
  onChoose: (span: Span) => void;
  /** What else is chosen there. */
  children?: ComponentChildren;
}

/** So much do the arrows move, as a share of what is shown. */
const MOVE = 0.5;

const ZOOM = 2;

/** Buttons for what time is shown. */
export function SpanControls({ span, window, onChoose, children }: SpanControlsProps) {
  const isLive = 'last' in span;
  const move = (to: Window) => onChoose(spanFrom(withinNow(to, Date.now()), Date.now()));
  const zoom = (factor: number) => move(zoomed(window, factor, holdOf(window, Date.now())));
  const isAtEnd = Date.now() - window.until < (window.until - window.since) / 100;
  return (
    <div class="span-controls">
      <fieldset class="presets" aria-label="Until now">
        {PRESETS.map(({ name, label, last }) => (
          <button
            key={name}
            type="button"
            aria-pressed={isLive && span.last === last}
            onClick={() => onChoose({ last })}
          >
            {label}
          </button>
        ))}
      </fieldset>
      <fieldset class="moves" aria-label="Move and zoom">
        <button type="button" aria-label="Earlier" onClick={() => move(panned(window, -MOVE, Date.now()))}>
          ←
        </button>
        <button
          type="button"
          aria-label="Later"
          disabled={isAtEnd}
          onClick={() => move(panned(window, MOVE, Date.now()))}
        >
          →
        </button>
        <button type="button" aria-label="Zoom in" onClick={() => zoom(1 / ZOOM)}>
          +
        </button>
        <button type="button" aria-label="Zoom out" onClick={() => zoom(ZOOM)}>
          −
        </button>
        <button
          type="button"
          disabled={isLive}
          onClick={() => onChoose({ last: Math.round((window.until - window.since) / 1000) * 1000 })}
        >
          Now
        </button>
      </fieldset>
      <CustomSpan window={window} onChoose={onChoose} />
      {children}
    </div>
  );
}

/** As an input of the type datetime-local has it. */
const fieldOf = (moment: number): string => `${formatDate(moment)}T${formatClock(moment, { seconds: true })}`;

function CustomSpan({ window, onChoose }: Pick<SpanControlsProps, 'window' | 'onChoose'>) {
  const [open, setOpen] = useState(false);
  const [problem, setProblem] = useState<string>();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    const [since, until] = ['since', 'until'].map((name) => Date.parse(String(fields.get(name)))) as [
      number,
      number,
    ];
    if (!(since < until)) return setProblem('From has to be before To.');
    setProblem(undefined);
    setOpen(false);
    onChoose(spanFrom({ since, until }, Date.now()));
  };
  return (
    <details class="custom-span" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{formatWindow(window)}</summary>
      {open && (
        <form onSubmit={submit}>
          <label>
            From
            <input
              type="datetime-local"
              name="since"
              step="1"
              required
              defaultValue={fieldOf(window.since)}
            />
          </label>
          <label>
            To
            <input
              type="datetime-local"
              name="until"
              step="1"
              required
              defaultValue={fieldOf(window.until)}
            />
          </label>
          <button type="submit">Show</button>
          {problem && <p role="alert">{problem}</p>}
        </form>
      )}
    </details>
  );
}
