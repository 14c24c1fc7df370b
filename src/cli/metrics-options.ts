import { InvalidArgumentError, Option } from 'commander';
import type { Logger } from '../logger.ts';
import { type Bounds, checkBounds, DEFAULT_BOUNDS } from '../metrics/buckets.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { OtlpExport } from '../metrics/otlp.ts';
import { CommandFailure } from './failure.ts';
import { parseTime } from './options.ts';

/** `none`, or times such as `1ms,10ms,100ms`, as ms. Throws InvalidArgumentError. */
export function parseBuckets(text: string): Bounds {
  if (text.toLowerCase() === 'none') return [];
  const bounds = text.split(',').map((part) => parseTime(part.trim()));
  try {
    checkBounds(bounds);
  } catch (error) {
    throw new InvalidArgumentError(`"${text}": ${(error as Error).message}`);
  }
  return bounds;
}

/** `PINGER_METRICS_BUCKETS` where the flag is not given. */
export const metricsBucketsOption = () =>
  new Option(
    '--metrics-buckets <times>',
    'upper bounds of the histograms of round-trip times in /metrics, such as 1ms,10ms,100ms; or none',
  )
    .env('PINGER_METRICS_BUCKETS')
    .default(DEFAULT_BOUNDS, '12.5 µs, twice as long each, 6.5536 s')
    .argParser(parseBuckets);

export const otlpOption = () =>
  new Option(
    '--otlp <url>',
    'push metrics to this receiver of OpenTelemetry, such as http://localhost:4318 (env: OTEL_EXPORTER_OTLP_ENDPOINT)',
  ).argParser(parseReceiver);

/** Throws InvalidArgumentError. */
function parseReceiver(text: string): string {
  const isUrl = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
  if (!isUrl) throw new InvalidArgumentError(`"${text}": expected a URL such as http://localhost:4318`);
  return text;
}

/** How often metrics are pushed unless OTEL_METRIC_EXPORT_INTERVAL says otherwise, ms. */
const INTERVAL = 60_000;

export interface OtlpGiven {
  /** What `--otlp` says. */
  url: string | undefined;
  metrics: () => Metrics | Promise<Metrics>;
  logger: Logger;
}

/**
 * What pushes metrics, where the command line or the SDK's environment variables ask for it. Throws CommandFailure for variables that
 * make no sense.
 */
export async function otlpExport({ url, metrics, logger }: OtlpGiven): Promise<OtlpExport | undefined> {
  if (url === undefined && !isAskedByEnvironment(process.env)) return undefined;
  const interval = intervalOf(process.env);
  // It takes some MiB, which who pushes nothing keeps.
  const { OtlpExport } = await import('../metrics/otlp.ts');
  return new OtlpExport({ url, interval, logger, metrics: await metrics() });
}

/** https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ */
function isAskedByEnvironment(env: NodeJS.ProcessEnv): boolean {
  if (env.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || env.OTEL_METRICS_EXPORTER === 'none') return false;
  for (const name of ['OTEL_EXPORTER_OTLP_METRICS_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT']) {
    const endpoint = env[name]?.trim();
    if (!endpoint) continue;
    if (URL.canParse(endpoint)) return true;
    throw new CommandFailure(
      `${name} ${JSON.stringify(endpoint)}: expected a URL such as http://localhost:4318`,
      2,
    );
  }
  return false;
}

function intervalOf({ OTEL_METRIC_EXPORT_INTERVAL: text }: NodeJS.ProcessEnv): number {
  if (!text?.trim()) return INTERVAL;
  const interval = Number(text);
  if (Number.isInteger(interval) && interval > 0 && interval < 2 ** 31) return interval;
  throw new CommandFailure(
    `OTEL_METRIC_EXPORT_INTERVAL ${JSON.stringify(text)}: expected a whole number of ms`,
    2,
  );
}
