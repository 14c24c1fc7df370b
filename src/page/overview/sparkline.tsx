import { type DestinationNow, RECENT } from '../api/now.ts';
import { rttText } from '../figures.ts';
import { ROUGH } from './columns.ts';

/** CSS pixels. */
const PITCH = 2;
const WIDTH = RECENT * PITCH;
const HEIGHT = 22;

/** How wide a bar is: less than its pitch on every screen, so that each is seen for itself. */
const BAR = 1.2;

/** What stays free above the highest bar, so that it does not touch the line above. */
const CLEAR = 3;

/** As high as all the room is what took so long, ms, at least: little differences of a short path are none to look at. */
const LEAST_HIGHEST = 1;

/** The recent probes, a bar each: as high as its round-trip time, or red from top to bottom where it was lost. */
export function Sparkline({ destination }: { destination: DestinationNow }) {
  void destination.version.value;
  const { recent } = destination;
  const { answered, lost, neither } = barsOf(recent);
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={told(recent)}
    >
      <path class="answered" d={answered} />
      <path class="lost" d={lost} />
      <path class="neither" d={neither} />
    </svg>
  );
}

/** The bars as paths. Ones that a canvas is drawn with would make each row a layer of its own for the compositor. */
function barsOf(recent: readonly (number | null)[]): Record<'answered' | 'lost' | 'neither', string> {
  const paths = { answered: '', lost: '', neither: '' };
  let highest = LEAST_HIGHEST;
  for (const rtt of recent) if (rtt !== null && rtt > highest) highest = rtt;
  let x = (RECENT - recent.length) * PITCH;
  for (const rtt of recent) {
    const [outcome, height] =
      rtt === null
        ? (['neither', 2] as const)
        : rtt < 0
          ? (['lost', HEIGHT] as const)
          : (['answered', Math.max(1.5, (rtt / highest) * (HEIGHT - CLEAR))] as const);
    paths[outcome] += `M${x} ${HEIGHT}v-${height.toFixed(1)}h${BAR}v${height.toFixed(1)}z`;
    x += PITCH;
  }
  return paths;
}

/** The same in words. */
export function told(recent: readonly (number | null)[]): string {
  if (recent.length === 0) return 'no probes yet';
  let lost = 0;
  let lowest = Number.POSITIVE_INFINITY;
  let highest = 0;
  for (const rtt of recent) {
    if (rtt === null) continue;
    if (rtt < 0) lost++;
    else {
      lowest = Math.min(lowest, rtt);
      highest = Math.max(highest, rtt);
    }
  }
  const range = highest >= lowest ? `, ${rttText(lowest, ROUGH)} to ${rttText(highest, ROUGH)} ms` : '';
  return `${recent.length} probes, ${lost === 0 ? 'none' : lost} lost${range}`;
}
