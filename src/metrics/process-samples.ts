import { collectDefaultMetrics, Registry } from 'prom-client';
import { boundText } from './exposition.ts';
import type { Kind, Sampled } from './family.ts';

/** So rarely that it costs nothing, ms: what it measures is left out. */
const NEVER = 2 ** 31 - 1;

/**
 * Left out: what measures the event loop by a timer of 10 ms, whose own interval it counts as delay (`pinger_loop_delay_seconds` has
 * the delay that matters here); handles and requests, which Node.js does not document; and each part of the heap.
 */
const UNWANTED = /^nodejs_(eventloop_lag|active|heap_space)_/;

/** What is to be known of the process: CPU, memory, files, garbage collection. */
export class ProcessSamples {
  readonly #registry = new Registry();

  constructor() {
    collectDefaultMetrics({ register: this.#registry, eventLoopMonitoringPrecision: NEVER });
    for (const { name } of this.#registry.getMetricsAsArray())
      if (UNWANTED.test(name)) this.#registry.removeSingleMetric(name);
  }

  /** In our own words: prom-client changes the names of its counters for good once it has been asked for OpenMetrics. */
  async samples(): Promise<Sampled[]> {
    return (await this.#registry.getMetricsAsJSON()).map(({ name, help, type, values }) => ({
      family: { name: name.replace(/_total$/, ''), kind: KINDS[type] ?? 'gauge', unit: '', help },
      samples: values.map((sample) => ({
        part: 'metricName' in sample ? String(sample.metricName ?? name).slice(name.length) : '',
        labels: Object.fromEntries(Object.entries(sample.labels).map(labelOf)),
        value: sample.value,
      })),
    }));
  }
}

/** Typed as numbers, but texts in what it gives. */
const KINDS: Readonly<Record<string, Kind>> = {
  counter: 'counter',
  gauge: 'gauge',
  histogram: 'histogram',
  summary: 'summary',
};

const labelOf = ([name, value]: [string, unknown]): [string, string] => [
  name,
  name === 'le' && typeof value === 'number' ? boundText(value) : String(value),
];
