import { baseName, type Family, type Sampled, sampleName, unitOf } from './family.ts';

/**
 * The texts in which a scrape can be answered:
 * https://prometheus.io/docs/instrumenting/exposition_formats/ and
 * https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md
 */
export const FORMATS = {
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
} as const;

export type Format = keyof typeof FORMATS;

/** What comes at the end of all. */
export const endOf = (format: Format): string => (format === 'openmetrics' ? '# EOF\n' : '');

/** What comes before the samples of a metric. */
export function headerOf(family: Family, format: Format): string {
  const help = escapeHelp(family.help, format);
  if (format === 'prometheus') {
    const name = sampleName(family);
    return `# HELP ${name} ${help}\n# TYPE ${name} ${family.kind === 'info' ? 'gauge' : family.kind}\n`;
  }
  const name = baseName(family);
  const unit = unitOf(family);
  return `# TYPE ${name} ${family.kind}\n${unit === undefined ? '' : `# UNIT ${name} ${unit}\n`}# HELP ${name} ${help}\n`;
}

/** A metric with all its samples. */
export function textOf({ family, samples }: Sampled, format: Format): string {
  const lines = samples.map(({ part = '', labels, value }) => {
    const told = labelsText(labels);
    return `${sampleName(family)}${part}${told && `{${told}}`} ${numberText(value)}\n`;
  });
  return headerOf(family, format) + lines.join('');
}

/** `a="1",b="2"`. */
export const labelsText = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${escapeLabel(value)}"`)
    .join(',');

export const escapeLabel = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

/** Only OpenMetrics knows quotes there. */
const escapeHelp = (help: string, format: Format): string =>
  format === 'openmetrics' ? escapeLabel(help) : help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

export function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
}

/**
 * A number as the label of a bucket or quantile, in both formats as OpenMetrics wants it and as programs in Go write it: a
 * label that is written in another way makes another series.
 */
export function boundText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (Number.isInteger(value)) return `${value}.0`;
  return value < 1e-4 ? value.toExponential().replace(/e-(\d)$/, 'e-0$1') : String(value);
}

/** ms as seconds, to the nanosecond: what a double has behind that is no measurement. */
export const seconds = (ms: number): number => Math.round(ms * 1e6) / 1e9;
