import { OUTCOMES } from '../entities/outcome.ts';
import { protocolName } from '../entities/protocol.ts';
import type { LiveOverview } from '../live/overview.ts';
import { boundText, type Format, headerOf, labelsText, seconds } from './exposition.ts';
import { DESTINATION } from './families.ts';
import { baseName, type Family, sampleName } from './family.ts';
import {
  BUCKETS,
  CORRUPT,
  LAST_RTT,
  LOST,
  RESULTS,
  RTT_SUM,
  SENT,
  type TalliedDestination,
  type Tallies,
  type TallySnapshot,
  UNDETERMINED,
} from './tallies.ts';

export interface DestinationSource {
  tallies: Tallies;
  /** Who is up. */
  live: Pick<LiveOverview, 'get'>;
}

/** A destination's part of one metric: its lines. */
type Lines = (destination: TalliedDestination) => string;

/** All series of all destinations, in pieces of a few lines each: a metric's lines have to come together. All counts are of one moment. */
export function* destinationText({ tallies, live }: DestinationSource, format: Format): Generator<string> {
  const { destinations, numbers } = tallies.snapshot();
  const probed = destinations.filter(({ isProbed }) => isProbed);
  yield headerOf(DESTINATION.info, format);
  for (const destination of destinations) yield infoLine(destination);
  for (const [family, lines] of metrics({ numbers, bounds: tallies.bounds, live })) {
    yield headerOf(family, format);
    for (const destination of probed) yield lines(destination);
  }
}

interface Shown {
  numbers: TallySnapshot['numbers'];
  bounds: Float64Array;
  live: DestinationSource['live'];
}

function metrics({ numbers, bounds, live }: Shown): [Family, Lines][] {
  const { results, sent, lost, undetermined, corrupt, lastRtt, up, interval } = DESTINATION;
  const counted = (family: Family, offset: number): [Family, Lines] => {
    const name = sampleName(family);
    return [family, ({ labels, at }) => `${name}{${labels}} ${numbers[at + offset]}\n`];
  };
  return [
    [results, resultLines(numbers)],
    counted(sent, SENT),
    counted(lost, LOST),
    counted(undetermined, UNDETERMINED),
    counted(corrupt, CORRUPT),
    [rttFamily(bounds), rttLines(numbers, bounds)],
    [
      lastRtt,
      measured(lastRtt, ({ at }) => {
        const rtt = numbers[at + LAST_RTT] as number;
        return Number.isNaN(rtt) ? undefined : seconds(rtt);
      }),
    ],
    [up, measured(up, ({ id }) => upOf(live, id))],
    [interval, measured(interval, ({ row }) => row && row.interval / 1000)],
  ];
}

const measured =
  (family: Family, value: (destination: TalliedDestination) => number | undefined): Lines =>
  (destination) => {
    const found = value(destination);
    return found === undefined ? '' : `${sampleName(family)}{${destination.labels}} ${found}\n`;
  };

/** 1 of one that answers, 0 of one that does not, undefined where neither is known. */
export function upOf(live: DestinationSource['live'], id: number): number | undefined {
  switch (live.get(id)?.state) {
    case 'up':
    case 'lossy':
      return 1;
    case 'down':
      return 0;
    default:
      return undefined;
  }
}

function resultLines(numbers: Float64Array): Lines {
  const name = sampleName(DESTINATION.results);
  const ends = OUTCOMES.map((outcome) => `,outcome="${outcome}"} `);
  return ({ labels, at }) => {
    const start = `${name}{${labels}`;
    let lines = '';
    for (let n = 0; n < ends.length; n++) lines += `${start}${ends[n]}${numbers[at + RESULTS + n]}\n`;
    return lines;
  };
}

/** Without buckets it is a summary that has no quantiles. */
const rttFamily = (bounds: Float64Array): Family =>
  bounds.length > 0 ? DESTINATION.rtt : { ...DESTINATION.rtt, kind: 'summary' };

function rttLines(numbers: Float64Array, bounds: Float64Array): Lines {
  const name = baseName(DESTINATION.rtt);
  const ends = bounds.length > 0 ? [...bounds, Number.POSITIVE_INFINITY].map(bucketEnd) : [];
  return ({ labels, at }) => {
    const start = `${name}_bucket{${labels}`;
    let lines = '';
    let count = 0;
    for (let n = 0; n <= bounds.length; n++) {
      count += numbers[at + BUCKETS + n] as number;
      if (ends.length > 0) lines += `${start}${ends[n]}${count}\n`;
    }
    return `${lines}${name}_sum{${labels}} ${seconds(numbers[at + RTT_SUM] as number)}\n${name}_count{${labels}} ${count}\n`;
  };
}

const bucketEnd = (bound: number): string => `,le="${boundText(Number((bound / 1000).toPrecision(12)))}"} `;

function infoLine({ labels, address, row }: TalliedDestination): string {
  const told = labelsText({
    name: String(row?.name ?? ''),
    address: String(address),
    protocol: protocolName(row?.protocol)?.toLowerCase() ?? '',
    port: String(row?.port ?? ''),
  });
  return `${sampleName(DESTINATION.info)}{${labels},${told}} 1\n`;
}
