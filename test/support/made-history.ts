import type { DataSource } from 'typeorm';
import type { GapReason } from '../../src/entities/gap.ts';
import type { Rollup } from '../../src/entities/rollup.ts';
import { DAY, HOUR, MINUTE, type Period, startOf } from '../../src/history/levels.ts';
import { writeRollups } from '../../src/history/rollup-table.ts';
import { RandomStream } from '../../src/network/random.ts';
import { observationOf } from '../../src/statistics/observation.ts';
import { Summary } from '../../src/statistics/summary.ts';
import { encodeResult, type NewResult } from '../../src/storage/store.ts';
import { TypeormStore } from '../../src/storage/typeorm-store.ts';

/** A history that is made up; all times in s. */
export interface MadeHistory {
  destination: number;
  /** Its name. */
  source: string;
  /** When it ends, since the Unix epoch. */
  end: number;
  /** The usual round-trip time, ms. */
  rtt?: number;
  seed?: number;
  /** Before its end; everything is lost in them. */
  outages?: readonly (readonly [from: number, to: number])[];
  /** Before its end; there is nothing of them. */
  gaps?: readonly { from: number; to: number; reason: GapReason }[];
  /** How far back there are minutes, hours and days. */
  reach?: { minutes: number; hours: number; days: number };
}

/** Results themselves there are of so long, one a second. */
const RESULTS = 1200;

/** So far apart are the probes that a roll-up of minutes and one of longer periods is made of. */
const SPACING: readonly [Period, number][] = [
  [MINUTE, 6],
  [HOUR, 60],
  [DAY, 1440],
];

const NANOSECONDS = 1_000_000_000n;

/** Puts a history of up to a year into a file's database: days, hours and minutes as roll-ups, and the last minutes as results. */
export async function makeHistory(database: DataSource, made: MadeHistory): Promise<void> {
  const {
    destination,
    end,
    gaps = [],
    reach = { minutes: 3 * DAY, hours: 40 * DAY, days: 370 * DAY },
  } = made;
  const store = new TypeormStore(`sqlite:${String(database.options.database)}`);
  await store.open();
  const source = await store.source(made.source);
  const probe = new Probe(made);
  const results = Array.from({ length: RESULTS }, (_, n) => probe.at(end - RESULTS + n)).filter(
    (result) => result !== undefined,
  );
  await store.append(source, {
    writer: `made ${destination}`,
    number: 1,
    rows: results.map(encodeResult),
  });
  await store.close();
  const [{ newest }] = (await database.query('SELECT MAX(id) AS newest FROM results')) as [
    { newest: number },
  ];
  const key = { destination_id: destination, source_id: source.id };
  const spans: Readonly<Record<Period, number>> = {
    [MINUTE]: reach.minutes,
    [HOUR]: reach.hours,
    [DAY]: reach.days,
  };
  const summaries = summariesOf(probe, spans, end);
  const rows: Rollup[] = summaries.map(({ period, start, summary }) => ({
    ...key,
    period,
    start,
    first_result: 0,
    last_result: newest,
    ...summary.columns(),
  }));
  await writeRollups(database.createQueryRunner(), rows);
  await database.query(
    `INSERT INTO rollup_positions (source_id, destination_id, result_id) VALUES ($1, $2, $3)`,
    [source.id, destination, newest],
  );
  await database.query('DELETE FROM rollup_progress WHERE source_id = $1', [source.id]);
  await database.query('INSERT INTO rollup_progress (source_id, result_id, newest) VALUES ($1, $2, $2)', [
    source.id,
    newest,
  ]);
  await database.query(
    'INSERT INTO retention (level, kept_since) VALUES (0, $1) ON CONFLICT (level) DO UPDATE SET kept_since = excluded.kept_since',
    [end - RESULTS],
  );
  for (const { from, to, reason } of gaps)
    await database.query('INSERT INTO gaps (source_id, start, "end", reason) VALUES ($1, $2, $3, $4)', [
      source.id,
      `${end - from}000000000`,
      `${end - to}000000000`,
      reason,
    ]);
}

interface Made {
  period: Period;
  start: number;
  summary: Summary;
}

/** Longer periods are put together of the shorter ones, as far as there are any. */
function summariesOf(probe: Probe, spans: Readonly<Record<Period, number>>, end: number): Made[] {
  const all: Made[] = [];
  let shorter: Made[] = [];
  for (const [period, spacing] of SPACING) {
    const known = new Map<number, Summary>();
    for (const { start, summary } of shorter) {
      const sum = known.get(startOf(period, start)) ?? new Summary();
      sum.merge(summary);
      known.set(startOf(period, start), sum);
    }
    const made: Made[] = [];
    for (let start = startOf(period, end - spans[period]); start < end; start += period) {
      const summary = known.get(start) ?? sampled(probe, { period, start, end, spacing });
      if (summary.received + summary.lost > 0) made.push({ period, start, summary });
    }
    all.push(...made);
    shorter = made;
  }
  return all;
}

function sampled(
  probe: Probe,
  { period, start, end, spacing }: { period: Period; start: number; end: number; spacing: number },
): Summary {
  const summary = new Summary();
  for (let time = start; time < Math.min(end, start + period); time += spacing) {
    const result = probe.at(time);
    if (result) summary.add(observationOf(result));
  }
  summary.setMinute();
  if (period === MINUTE) return summary;
  const { received, lost } = summary;
  summary.minutesObserved = received + lost > 0 ? period / MINUTE : 0;
  summary.minutesAvailable = Math.round((summary.minutesObserved * received) / Math.max(1, received + lost));
  return summary;
}

/** What becomes of a probe: a day's ups and downs, a tail, bursts of loss, outages; the same at the same time. */
class Probe {
  readonly #made: MadeHistory;
  readonly #random: RandomStream;

  constructor(made: MadeHistory) {
    this.#made = made;
    this.#random = new RandomStream(made.seed ?? 1, 'probe');
  }

  at(time: number): NewResult | undefined {
    const { destination, end, rtt: usual = 18, outages = [], gaps = [] } = this.#made;
    const before = end - time;
    const isIn = ([from, to]: readonly [number, number]) => before <= from && before > to;
    if (gaps.some(({ from, to }) => isIn([from, to]))) return undefined;
    const hour = ((time % DAY) + DAY) / HOUR;
    const load = Math.max(0, Math.sin(((hour - 9) / 24) * 2 * Math.PI)) ** 2;
    const burst = Math.sin(time / 9000) > 0.985 || Math.sin(time / 41_000 + 1) > 0.997;
    const isLost =
      outages.some(isIn) || this.#random.uniform() < 0.0004 + 0.01 * load ** 3 + (burst ? 0.22 : 0);
    const tail = -Math.log(this.#random.uniform()) * (0.6 + 3.5 * load);
    const spike = this.#random.uniform() < 0.002 ? 90 + 400 * this.#random.uniform() : 0;
    return {
      destination_id: destination,
      rtime: BigInt(Math.floor(time)) * NANOSECONDS + BigInt(this.#random.below(900_000_000)),
      address: isLost ? null : '192.0.2.1',
      rtt: isLost ? null : usual * (1 + 0.35 * load) + tail + spike,
      rtype: isLost ? null : 1,
      rcode: 0,
      icmptype: isLost ? null : 0,
      rid: 256,
      rseq: Math.floor(time) % 65_536,
      datamatch: isLost ? null : true,
      rttl: isLost ? null : 57,
      outcome: isLost ? 'timeout' : 'reply',
      doubt: isLost && this.#random.uniform() < 0.05 ? 'dropped' : null,
      sentAt: null,
      reason: null,
    };
  }
}
