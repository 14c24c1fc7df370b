/** Units of times, in ms. */
type Units = Readonly<Record<string, number>>;

const GO: Units = { ns: 1e-6, us: 1e-3, µs: 1e-3, μs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

const PROMETHEUS: Units = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

/** A time as Go writes it, `1.5s` or `1m30s`, in whole ms; undefined where it is none. https://pkg.go.dev/time#ParseDuration */
export const goDuration = (given: unknown): number | undefined =>
  sum(given, GO, /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/y);

/**
 * A time as Prometheus writes it, `30s` or `1h30m`, in ms; undefined where it is none.
 * https://prometheus.io/docs/prometheus/latest/configuration/configuration/
 */
export const prometheusDuration = (given: unknown): number | undefined =>
  sum(given, PROMETHEUS, /(\d+)(ms|[smhdwy])/y);

function sum(given: unknown, units: Units, part: RegExp): number | undefined {
  if (typeof given !== 'string' || given === '') return undefined;
  let total = 0;
  part.lastIndex = 0;
  while (part.lastIndex < given.length) {
    const [, number, unit = ''] = part.exec(given) ?? [];
    if (number === undefined) return undefined;
    total += Number(number) * (units[unit] as number);
  }
  return Math.round(total);
}
