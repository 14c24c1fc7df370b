import type { Attributes, HrTime } from '@opentelemetry/api';
import type { DataPoint, Histogram, MetricData } from '@opentelemetry/sdk-metrics';
import { OUTCOMES } from '../entities/outcome.ts';
import { hasPort, type Protocol, protocolFamily, protocolName } from '../entities/protocol.ts';
import { type DestinationSource, upOf } from './destination-text.ts';
import { seconds } from './exposition.ts';
import { DESTINATION } from './families.ts';
import { histogramOf, hrTimeOf, valuesOf } from './otlp-data.ts';
import {
  BUCKETS,
  CORRUPT,
  LAST_RTT,
  LOST,
  RESULTS,
  RTT_SUM,
  SENT,
  type TalliedDestination,
  type TallySnapshot,
  UNDETERMINED,
} from './tallies.ts';

interface Shown {
  numbers: TallySnapshot['numbers'];
  source: DestinationSource;
  endTime: HrTime;
}

/** The metrics of some destinations; what is counted is of the moment at which `numbers` are. */
export function destinationData(destinations: readonly TalliedDestination[], shown: Shown): MetricData[] {
  const { numbers, source, endTime } = shown;
  const each = destinations
    .filter(({ isProbed }) => isProbed)
    .map((destination) => ({
      ...destination,
      attributes: attributesOf(destination),
      startTime: hrTimeOf(destination.since),
      endTime,
    }));
  const counted = (offset: number) =>
    each.map(({ at, attributes, startTime }) => ({
      ...{ attributes, startTime, endTime },
      value: numbers[at + offset] as number,
    }));
  const measured = (measure: (destination: TalliedDestination) => number | undefined) =>
    each.flatMap((destination) => {
      const value = measure(destination);
      const { attributes, startTime } = destination;
      return value === undefined ? [] : [{ attributes, startTime, endTime, value }];
    });
  const outcomes = each.flatMap(({ at, attributes, startTime }) =>
    OUTCOMES.map((outcome, n) => ({
      attributes: { ...attributes, 'pinger.outcome': outcome },
      ...{ startTime, endTime },
      value: numbers[at + RESULTS + n] as number,
    })),
  );
  const bounds = [...source.tallies.bounds];
  return [
    valuesOf(DESTINATION.results, outcomes),
    valuesOf(DESTINATION.sent, counted(SENT)),
    valuesOf(DESTINATION.lost, counted(LOST)),
    valuesOf(DESTINATION.undetermined, counted(UNDETERMINED)),
    valuesOf(DESTINATION.corrupt, counted(CORRUPT)),
    histogramOf(
      DESTINATION.rtt,
      each.map((destination) => rttOf(destination, numbers, bounds)),
    ),
    valuesOf(
      DESTINATION.lastRtt,
      measured(({ at }) => lastRtt(numbers[at + LAST_RTT] as number)),
    ),
    valuesOf(
      DESTINATION.up,
      measured(({ id }) => upOf(source.live, id)),
    ),
    valuesOf(
      DESTINATION.interval,
      measured(({ row }) => row && row.interval / 1000),
    ),
  ];
}

const lastRtt = (ms: number): number | undefined => (Number.isNaN(ms) ? undefined : seconds(ms));

/** `bounds`: ms. */
function rttOf(
  { at, ...point }: Omit<DataPoint<Histogram>, 'value'> & { at: number },
  numbers: Float64Array,
  bounds: readonly number[],
): DataPoint<Histogram> {
  const { attributes, startTime, endTime } = point;
  const counts = [...numbers.subarray(at + BUCKETS, at + BUCKETS + bounds.length + 1)];
  const value = {
    buckets: { boundaries: bounds.map(seconds), counts },
    sum: seconds(numbers[at + RTT_SUM] as number),
    count: counts.reduce((sum, count) => sum + count, 0),
  };
  return { attributes, startTime, endTime, value };
}

/** As https://opentelemetry.io/docs/specs/semconv/registry/attributes/ has them, where it does. */
function attributesOf({ id, label, address, row }: TalliedDestination): Attributes {
  const protocol = protocolName(row?.protocol) && (row?.protocol as Protocol);
  const name = protocolName(protocol)?.toLowerCase().replace('6', '');
  return {
    'pinger.destination.id': id,
    'pinger.destination.label': label,
    ...(row?.name ? { 'pinger.destination.name': String(row.name) } : {}),
    'server.address': String(address),
    ...(protocol ? { 'network.type': protocolFamily(protocol) === 6 ? 'ipv6' : 'ipv4' } : {}),
    ...(protocol && hasPort(protocol)
      ? { 'network.transport': name, 'server.port': Number(row?.port) }
      : { 'network.protocol.name': name }),
  };
}
