import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { LiveOverview } from '../live/overview.ts';
import type { Pinger } from '../pinger.ts';
import { type Bounds, checkBounds, DEFAULT_BOUNDS } from './buckets.ts';
import { destinationText } from './destination-text.ts';
import { endOf, type Format, textOf } from './exposition.ts';
import { monitorSamples } from './monitor-samples.ts';
import { ProcessSamples } from './process-samples.ts';
import { Tallies } from './tallies.ts';

export interface MetricsOptions {
  /** Of the histograms of round-trip times, ms; none: no buckets. */
  bounds?: Bounds;
  /** Who is up; one of its own unless given. */
  live?: LiveOverview;
}

/** So many characters are written at once, which takes a fraction of a millisecond: whatever is due meanwhile waits no longer. */
const SLICE = 32_768;

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

/** What a monitor tells other monitors: counts of each destination's results, and what it knows of itself. */
export class Metrics {
  readonly pinger: Pinger;
  readonly live: LiveOverview;
  readonly tallies: Tallies;
  /** Of pinger. */
  readonly version: string = version;
  readonly #process = new ProcessSamples();

  private constructor(pinger: Pinger, { bounds = DEFAULT_BOUNDS, live }: MetricsOptions) {
    checkBounds(bounds);
    this.pinger = pinger;
    this.live = live ?? LiveOverview.of(pinger);
    this.tallies = new Tallies(bounds);
    pinger.on('destination', (status) => this.tallies.follow(status));
    pinger.on('result', (result) => this.tallies.take(result));
  }

  /** The metrics of a monitor that has not been started. Throws RangeError for bounds that are no buckets. */
  static of(pinger: Pinger, options: MetricsOptions = {}): Metrics {
    return new Metrics(pinger, options);
  }

  /** All of them as text, in slices with a turn of the event loop after each, so that a scrape of 10,000 destinations holds up nothing. */
  async *text(format: Format): AsyncGenerator<string> {
    let slice = '';
    for (const sampled of [...monitorSamples(this), ...(await this.#process.samples())])
      slice += textOf(sampled, format);
    for (const lines of destinationText(this, format)) {
      slice += lines;
      if (slice.length < SLICE) continue;
      yield slice;
      slice = '';
      await setImmediate();
    }
    yield slice + endOf(format);
  }
}
