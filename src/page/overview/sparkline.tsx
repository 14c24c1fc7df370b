import { useLayoutEffect, useRef } from 'preact/hooks';
import type { DestinationNow } from '../api/now.ts';
import { rttText } from '../figures.ts';
import { palette } from '../shell/colours.ts';
import { drawBars } from './bars.ts';

/** The recent probes, a bar each: as high as its round-trip time, or red from top to bottom where it was lost. */
export function Sparkline({ destination }: { destination: DestinationNow }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const version = destination.version.value;
  const colours = palette.value;
  useLayoutEffect(() => {
    if (canvas.current) drawBars(canvas.current, destination.recent);
  }, [destination, version, colours]);
  return <canvas class="sparkline" ref={canvas} role="img" aria-label={told(destination.recent)} />;
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
  const range = highest >= lowest ? `, ${rttText(lowest)} to ${rttText(highest)} ms` : '';
  return `${recent.length} probes, ${lost === 0 ? 'none' : lost} lost${range}`;
}
