import { useLayoutEffect, useRef } from 'preact/hooks';
import type { DestinationNow } from '../api/now.ts';
import { RECENT } from '../api/now.ts';
import { rttText } from '../figures.ts';
import { colour, palette } from '../shell/colours.ts';

/** CSS pixels. */
const WIDTH = RECENT * 2;
const HEIGHT = 22;

/** The recent probes, a bar each: as high as its round-trip time, or red from top to bottom where it was lost. */
export function Sparkline({ destination }: { destination: DestinationNow }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const version = destination.version.value;
  const colours = palette.value;
  useLayoutEffect(() => {
    if (canvas.current) draw(canvas.current, destination.recent);
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

function draw(canvas: HTMLCanvasElement, recent: readonly (number | null)[]): void {
  const scale = devicePixelRatio;
  const width = Math.round(WIDTH * scale);
  const height = Math.round(HEIGHT * scale);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = canvas.getContext('2d');
  if (!context) return;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, WIDTH, HEIGHT);
  // Of what was received; little differences of a short path are none to look at.
  const highest = Math.max(1, ...recent.map((rtt) => rtt ?? 0));
  const left = WIDTH - recent.length * 2;
  const answered = new Path2D();
  const lost = new Path2D();
  const unknown = new Path2D();
  for (let n = 0; n < recent.length; n++) {
    const rtt = recent[n] as number | null;
    const x = left + n * 2;
    if (rtt === null) unknown.rect(x, HEIGHT - 2, 1.5, 2);
    else if (rtt < 0) lost.rect(x, 0, 1.25, HEIGHT);
    else {
      const bar = Math.max(1.5, (rtt / highest) * (HEIGHT - 3));
      answered.rect(x, HEIGHT - bar, 1.5, bar);
    }
  }
  for (const [path, variable] of [
    [answered, '--accent'],
    [lost, '--bad'],
    [unknown, '--faint'],
  ] as const) {
    context.fillStyle = colour(variable);
    context.fill(path);
  }
}
