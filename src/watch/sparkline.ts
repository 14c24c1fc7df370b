import type { Recent } from '../live/destination.ts';
import type { Signs } from './look.ts';
import { ALARM, NOTE } from './look.ts';
import { PLAIN, type Span } from './style.ts';

/** Round-trip times that differ by less than this share of the shortest, or this many ms, look alike. */
const STEADY = 0.2;
const STEADY_MS = 0.1;

/** Round-trip times as heights between the shortest and the longest of them, losses as marks; the newest is at the right. */
export function sparkline(recent: readonly Recent[], columns: number, signs: Signs): Span[] {
  const shown = recent.slice(-columns);
  const times = shown.filter((probe) => typeof probe === 'number');
  const low = Math.min(...times);
  const high = Math.max(Math.max(...times), low + Math.max(low * STEADY, STEADY_MS));
  const levels = signs.levels;
  const spans: Span[] = [{ text: ' '.repeat(Math.max(0, columns - shown.length)) }];
  for (const probe of shown) {
    const [text, style] =
      probe === 'lost'
        ? [signs.lost, ALARM]
        : probe === 'unknown'
          ? [signs.unknown, NOTE]
          : [levels[Math.round(((probe - low) / (high - low)) * (levels.length - 1))] as string, PLAIN];
    const last = spans.at(-1);
    if (last?.style === style) last.text += text;
    else spans.push({ text, style });
  }
  return spans;
}
