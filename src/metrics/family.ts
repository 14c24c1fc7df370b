/** What a metric is: of a counter, how much since the start; of an info, labels alone, whose value is 1. */
export type Kind = 'counter' | 'gauge' | 'histogram' | 'summary' | 'info';

/** A metric, under the name that OpenTelemetry has for it; Prometheus' follows from that. */
export interface Family {
  /** Lower case, words joined by dots or underscores. */
  name: string;
  kind: Kind;
  /** By the Unified Code for Units of Measure: `s`, `By`, or what is counted, as `{probe}`. */
  unit: string;
  help: string;
}

/** The base units that a name ends with. */
const UNITS: Readonly<Record<string, string>> = { s: 'seconds', By: 'bytes' };

/** The unit as Prometheus names it; undefined of what is counted. */
export const unitOf = ({ unit }: Family): string | undefined => UNITS[unit];

/** The name as Prometheus has it, without what a counter's samples add to it: `pinger_rtt_seconds`. */
export function baseName(family: Family): string {
  const unit = unitOf(family);
  const name = family.name.replaceAll('.', '_');
  return unit === undefined ? name : `${name}_${unit}`;
}

const SUFFIXES: Partial<Record<Kind, string>> = { counter: '_total', info: '_info' };

/** The name that a sample has: `pinger_probes_sent_total`. */
export const sampleName = (family: Family): string => baseName(family) + (SUFFIXES[family.kind] ?? '');

/** A value of a metric. */
export interface Sample {
  /** Of a summary or histogram: what its name has at its end, such as `_sum`. */
  part?: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

/** A metric and all its values. */
export interface Sampled {
  family: Family;
  samples: readonly Sample[];
}
