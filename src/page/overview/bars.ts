import { RECENT } from '../api/now.ts';
import { colour } from '../shell/colours.ts';

/** CSS pixels. */
const PITCH = 2;
const WIDTH = RECENT * PITCH;
const HEIGHT = 22;

/** What is at the top of the highest, so that it does not touch the line above. */
const CLEAR = 3;

/** How wide a bar is, of its pitch. */
const SHARE = 0.75;

/** Of whoever does not know how high others are: little differences of a short path are none to look at. ms */
const LEAST_HIGHEST = 1;

/** Pixels of the last size that was drawn, for all canvases. */
let pixels: ImageData | undefined;

/** Draws recent probes, ms, -1 for lost ones, null for what is neither. Pixel by pixel: paths take ten times as long. */
export function drawBars(canvas: HTMLCanvasElement, recent: readonly (number | null)[]): void {
  const scale = devicePixelRatio;
  const width = Math.round(WIDTH * scale);
  const height = Math.round(HEIGHT * scale);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return;
  if (pixels?.width !== width || pixels.height !== height) pixels = new ImageData(width, height);
  const words = new Uint32Array(pixels.data.buffer);
  words.fill(0);
  let highest = LEAST_HIGHEST;
  for (const rtt of recent) if (rtt !== null && rtt > highest) highest = rtt;
  const colours = {
    answered: wordOf(colour('--accent')),
    lost: wordOf(colour('--bad')),
    neither: wordOf(colour('--faint')),
  };
  const bar = Math.max(1, Math.floor(PITCH * SHARE * scale));
  const fill = (n: number, top: number, word: number) => {
    const left = Math.round((RECENT - recent.length + n) * PITCH * scale);
    for (let y = Math.min(height - 1, Math.round(top * scale)); y < height; y++)
      words.fill(word, y * width + left, y * width + left + bar);
  };
  for (let n = 0; n < recent.length; n++) {
    const rtt = recent[n] as number | null;
    if (rtt === null) fill(n, HEIGHT - 2, colours.neither);
    else if (rtt < 0) fill(n, 0, colours.lost);
    else fill(n, HEIGHT - Math.max(1.5, (rtt / highest) * (HEIGHT - CLEAR)), colours.answered);
  }
  context.putImageData(pixels, 0, 0);
}

const known = new Map<string, number>();

/** A colour such as `rgb(15, 118, 110)` as ImageData has it in one word, with bytes in the order of this computer. */
function wordOf(text: string): number {
  let word = known.get(text);
  if (word === undefined) {
    const [red = 0, green = 0, blue = 0] = (text.match(/\d+/g) ?? []).map(Number);
    word = new Uint32Array(new Uint8ClampedArray([red, green, blue, 255]).buffer)[0] as number;
    known.set(text, word);
  }
  return word;
}
