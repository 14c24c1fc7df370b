import { choose } from './chosen.ts';
import type { RttReach, RttScale } from './rtt-range.ts';

const SCALE_LABELS: Readonly<Record<RttScale, string>> = {
  zero: 'linear from 0',
  fitted: 'linear, fitted',
  log: 'logarithmic',
};

const REACH_LABELS: Readonly<Record<RttReach, string>> = {
  p99: '99% of the probes',
  p95: '95% of the probes',
  all: 'every probe',
};

/** How round-trip times are laid out. */
export function RttControls({ scale, reach }: { scale: RttScale; reach: RttReach }) {
  return (
    <div class="rtt-controls">
      <Choice name="scale" label="Scale" labels={SCALE_LABELS} value={scale} />
      <Choice name="reach" label="Up to" labels={REACH_LABELS} value={reach} />
    </div>
  );
}

/** A choice that is kept in the address; the first is not. */
export function Choice({
  name,
  label,
  labels,
  value,
}: {
  name: string;
  label: string;
  labels: Readonly<Record<string, string>>;
  value: string;
}) {
  const [usual] = Object.keys(labels);
  return (
    <label>
      {label}{' '}
      <select
        value={value}
        onChange={({ currentTarget }) =>
          choose(
            { [name]: currentTarget.value === usual ? undefined : currentTarget.value },
            { replace: true },
          )
        }
      >
        {Object.entries(labels).map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
