import { hostname } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import {
  detectResources,
  envDetector,
  type Resource,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import type { MetricData } from '@opentelemetry/sdk-metrics';
import type { Source } from '../entities/source.ts';
import type { Logger } from '../logger.ts';
import type { Metrics } from './metrics.ts';
import { monitorSamples } from './monitor-samples.ts';
import { hrTimeOf, monitorData } from './otlp-data.ts';
import { destinationData } from './otlp-destinations.ts';
import { processData } from './otlp-process.ts';

export interface OtlpOptions {
  metrics: Metrics;
  /** Where to, as far as it is not said by OTEL_EXPORTER_OTLP_ENDPOINT or OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: metrics go to its `/v1/metrics`. */
  url?: string | undefined;
  /** How often, ms. */
  interval: number;
  logger: Logger;
}

/** Who exports: a source, whose key no other has, and which keeps it. */
export type OtlpIdentity = Pick<Source, 'name' | 'key'>;

/** So many destinations go into a request: making its text takes some milliseconds, and the event loop turns before the next. */
const SLICE = 15;

/** How long the end waits for the last push, ms. */
const LAST = 1000;

const METRICS_PATH = /\/v1\/metrics\/?$/;

/** Where metrics are sent, of an endpoint for all kinds of things. */
export const metricsUrl = (url: string): string =>
  METRICS_PATH.test(url) ? url : `${url.replace(/\/$/, '')}/v1/metrics`;

/**
 * Pushes all metrics by OTLP over HTTP, as JSON, again and again. The SDK's own reader would turn 10,000 destinations into one text in
 * one go, and count each result at its own price; what is here already counted is pushed in small requests instead.
 *
 * All counts are from the start on (cumulative): a push that fails loses nothing.
 */
export class OtlpExport {
  readonly #options: OtlpOptions;
  readonly #exporter: OTLPMetricExporter;
  readonly #startedAt = Date.now();
  #resource: Resource | undefined;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;
  #isFailing = false;
  #isClosed = false;

  constructor(options: OtlpOptions) {
    this.#options = options;
    const { url } = options;
    this.#exporter = new OTLPMetricExporter({
      ...(url === undefined ? {} : { url: metricsUrl(url) }),
      // Asked for before each try: who ends does not want to wait for those that the exporter would still make.
      headers: async () => {
        if (this.#isClosed) throw new Error('pinger ends');
        return {};
      },
    });
  }

  /** The first push is made after one interval. */
  start({ name, key }: OtlpIdentity): void {
    const { version, pinger } = this.#options.metrics;
    this.#resource = resourceFromAttributes({
      'service.name': 'pinger',
      'service.version': version,
      'service.instance.id': key ?? undefined,
      'host.name': hostname(),
      'pinger.source.name': name ?? undefined,
      'pinger.transport': pinger.transportInUse,
    }).merge(detectResources({ detectors: [envDetector] }));
    this.#schedule(this.#options.interval);
  }

  /** Pushes once more, if anybody is there; waits for that for a moment. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#resource && !this.#isFailing) {
      const timer = new Promise<void>((resolve) => setTimeout(resolve, LAST).unref());
      await Promise.race([this.#push(), timer]);
    }
    this.#isClosed = true;
    this.#resource = undefined;
  }

  #schedule(delay: number): void {
    this.#timer = setTimeout(async () => {
      const began = performance.now();
      await this.#push();
      if (this.#resource) this.#schedule(Math.max(0, this.#options.interval - (performance.now() - began)));
    }, delay).unref();
  }

  async #push(): Promise<void> {
    // The one before has not ended yet only when this is the last.
    await this.#round;
    this.#round = this.#tellAll();
    await this.#round;
  }

  async #tellAll(): Promise<void> {
    const { logger } = this.#options;
    try {
      for (const metrics of this.#requests()) {
        await this.#send(metrics);
        await setImmediate();
      }
      if (this.#isFailing) logger.info('otlp.resumed');
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing && !this.#isClosed)
        logger.warn('otlp.failed', { error: error instanceof Error ? error.message : String(error) });
      this.#isFailing = true;
    }
  }

  *#requests(): Generator<MetricData[]> {
    const { metrics } = this.#options;
    const endTime = hrTimeOf(Date.now());
    const counted = { startTime: hrTimeOf(this.#startedAt), endTime };
    const { destinations, numbers } = metrics.tallies.snapshot();
    yield [
      ...monitorSamples(metrics).flatMap((sampled) => monitorData(sampled, counted) ?? []),
      ...processData(counted),
    ];
    for (let n = 0; n < destinations.length; n += SLICE)
      yield destinationData(destinations.slice(n, n + SLICE), { numbers, source: metrics, endTime });
  }

  #send(metrics: MetricData[]): Promise<void> {
    const resource = this.#resource;
    if (!resource) return Promise.resolve();
    const scope = { name: 'pinger', version: this.#options.metrics.version };
    const filled = metrics.filter(({ dataPoints }) => dataPoints.length > 0);
    if (filled.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#exporter.export({ resource, scopeMetrics: [{ scope, metrics: filled }] }, ({ error, code }) => {
        if (code === SUCCESS) resolve();
        else reject(error ?? new Error('the receiver took nothing'));
      });
    });
  }
}

/** ExportResultCode.SUCCESS of the SDK. */
const SUCCESS = 0;
