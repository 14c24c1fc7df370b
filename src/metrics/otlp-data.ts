import { type Attributes, type HrTime, ValueType } from '@opentelemetry/api';
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type Histogram,
  type MetricData,
} from '@opentelemetry/sdk-metrics';
import type { Family, Sampled } from './family.ts';

/** From when to when something was counted. */
export interface Counted {
  startTime: HrTime;
  endTime: HrTime;
}

/** ms since the Unix epoch as OpenTelemetry has it: seconds and nanoseconds. */
export const hrTimeOf = (ms: number): HrTime => [Math.floor(ms / 1000), Math.round((ms % 1000) * 1e6)];

/** Values of a counter or gauge. */
export function valuesOf(family: Family, points: readonly DataPoint<number>[]): MetricData {
  // What is counted is whole; times and shares are not.
  const isWhole = family.unit !== 's' && family.unit !== '1';
  const common = {
    descriptor: descriptorOf(family, isWhole ? ValueType.INT : ValueType.DOUBLE),
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
    dataPoints: [...points],
  };
  return family.kind === 'counter'
    ? { ...common, dataPointType: DataPointType.SUM, isMonotonic: true }
    : { ...common, dataPointType: DataPointType.GAUGE };
}

export const histogramOf = (family: Family, dataPoints: DataPoint<Histogram>[]): MetricData => ({
  descriptor: descriptorOf(family, ValueType.DOUBLE),
  aggregationTemporality: AggregationTemporality.CUMULATIVE,
  dataPointType: DataPointType.HISTOGRAM,
  dataPoints,
});

const descriptorOf = ({ name, help, unit }: Family, valueType: ValueType) => ({
  name,
  description: help,
  unit,
  valueType,
});

/** What each label is called here. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  state: 'pinger.destination.state',
  doubt: 'pinger.doubt',
  reason: 'pinger.gap.reason',
  quantile: 'quantile',
};

/** A metric of the monitor's. There are no summaries: their quantiles are values of a gauge. Infos are attributes of the resource. */
export function monitorData({ family, samples }: Sampled, counted: Counted): MetricData | undefined {
  if (family.kind === 'info') return undefined;
  const points = samples
    .filter(({ part, value }) => part === undefined && !Number.isNaN(value))
    .map(({ labels, value }) => ({ ...counted, attributes: attributesOf(labels), value }));
  return valuesOf(family, points);
}

const attributesOf = (labels: Readonly<Record<string, string>>): Attributes =>
  Object.fromEntries(Object.entries(labels).map(([name, value]) => [ATTRIBUTES[name] ?? name, value]));
