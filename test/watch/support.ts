import type { Destination } from '../../src/entities/destination.ts';
import type { Outcome } from '../../src/entities/outcome.ts';
import type { SourcedResult } from '../../src/watch/recent-results.ts';
import type { Surroundings } from '../../src/watch/screen.ts';
import { Watched, type WatchedSource } from '../../src/watch/watched.ts';

/** A quarter to ten, by the clock of the host that the tests run on. */
export const NOW = new Date(2024, 10, 23, 21, 45).getTime();

export const HERE: WatchedSource = { id: 1, name: 'here', seen: null };
export const THERE: WatchedSource = { id: 2, name: 'there', seen: null };

export const destination = (id: number, row: Partial<Destination> = {}): Destination => ({
  id,
  active: true,
  address: `192.0.2.${id}`,
  protocol: 3,
  interval: 1000,
  timeout: 1000,
  ttl: 64,
  data: '',
  port: null,
  name: null,
  source_id: null,
  ...row,
});

/** What became of probes that were sent once a second until now: round-trip times in ms, or outcomes. */
export const results = (id: number, probes: readonly (number | Outcome)[], source = HERE): SourcedResult[] =>
  probes.map((probe, index) => ({
    source_id: source.id,
    destination_id: id,
    rtime: BigInt(NOW - (probes.length - 1 - index) * 1000) * 1_000_000n,
    outcome: typeof probe === 'number' ? 'reply' : probe,
    doubt: null,
    rtt: typeof probe === 'number' ? probe : null,
    address: typeof probe === 'number' ? `192.0.2.${id}` : null,
    rtype: 1,
    datamatch: true,
    rseq: index,
    reason: null,
  }));

/** Times that go up and down. */
const wavering = (base: number, count: number): number[] =>
  Array.from({ length: count }, (_, n) => base * (1 + 0.3 * Math.sin(n / 2)));

/** Destinations of each kind, and of names that nobody would give one but to do harm. */
export function variety(sources: readonly WatchedSource[] = [HERE]): Watched {
  const watched = new Watched();
  watched.setSources(sources);
  const rows = [
    destination(1, { name: 'Zürich core' }),
    destination(2, { protocol: 2, port: 443, address: 'shop.example.com' }),
    destination(3, { name: '東京 POP 日本語' }),
    destination(4, { name: 'radio link' }),
    destination(5, { name: 'old office' }),
    destination(6, { name: '\x1b[31mevil\x07\u202e\u200b' }),
    destination(7, { address: 'no address!' }),
    destination(8, { active: false, name: 'spare' }),
    destination(9, { name: 'new' }),
    destination(10, { name: '👨‍👩‍👧 family 🚀' }),
  ];
  for (const row of rows) watched.setDestination(row);
  for (const source of sources)
    for (const result of [
      ...results(1, wavering(8, 60), source),
      ...results(2, wavering(120.5, 12), source),
      ...results(3, wavering(250, 60), source),
      ...results(4, [...wavering(40, 20), 'timeout', 41, 42, 'unreachable', 39, 40], source),
      ...results(5, [3, 'timeout', 'timeout', 'timeout', 'timeout'], source),
      ...results(6, [0.042, 0.041], source),
      ...results(10, ['unsent'], source),
    ])
      watched.take(result);
  return watched;
}

export const surroundings = (
  watched: Watched,
  { width, height, ...more }: Partial<Surroundings> & { width: number; height: number },
): Surroundings => ({
  width,
  height,
  hasColours: true,
  hasUnicode: true,
  now: NOW,
  database: 'pinger.db',
  sources: watched.sources.map(({ name }) => name),
  newest: watched.newest === null ? null : Number(watched.newest / 1_000_000n),
  problem: undefined,
  remark: undefined,
  counts: watched.counts,
  ...more,
});
