import type { Rollup } from '../entities/rollup.ts';
import type { Logger } from '../logger.ts';
import { Summary } from '../statistics/summary.ts';
import { DAY, HOUR, MINUTE, PERIODS, type Period, startOf } from './levels.ts';
import type { OpenRollup, ResultIds, Segment } from './open-rollups.ts';
import {
  placeholders,
  type Queries,
  type RollupKey,
  readKeptSince,
  readRollups,
  writeRollups,
} from './rollup-table.ts';

export interface RollupsToWrite {
  sourceId: number;
  opened: readonly OpenRollup[];
  /** With these, the roll-ups of their destinations cover all of the source's results up to this id. */
  through: number;
  /** All of the source's results up to this id are covered. */
  progress: number;
  logger: Logger;
}

/** What comes to a row. */
interface Change {
  key: RollupKey;
  summary: Summary;
  ids: ResultIds;
}

/** Adds what has come to the roll-ups of minutes, hours and days. Runs in a transaction of the caller's. */
export async function addToRollups(
  queries: Queries,
  { sourceId, opened, through, progress, logger }: RollupsToWrite,
): Promise<void> {
  const kept = await readKeptSince(queries);
  const changes = opened.flatMap(({ destinationId, segments }) =>
    changesOf(sourceId, destinationId, segments),
  );
  // A row of which a part has been deleted must not come back as if it were whole.
  const wanted = changes.filter(({ key }) => key.start >= kept[key.period]);
  const before = new Map(
    (
      await readRollups(
        queries,
        wanted.map(({ key }) => key),
      )
    ).map((row) => [nameOf(row), row]),
  );
  const minutes = new Map<string, { observed: number; available: number }>();
  const rows: Rollup[] = [];
  for (const change of wanted) {
    const { key, ids } = change;
    const old = before.get(nameOf(key));
    const summary = (old && summaryOf(old, logger)) ?? new Summary();
    const { minutesObserved, minutesAvailable } = summary;
    summary.merge(change.summary);
    if (key.period === MINUTE) {
      summary.setMinute();
      for (const period of [HOUR, DAY] as const) {
        const name = nameOf({ ...key, period, start: startOf(period, key.start) });
        const sum = minutes.get(name) ?? { observed: 0, available: 0 };
        sum.observed += summary.minutesObserved - minutesObserved;
        sum.available += summary.minutesAvailable - minutesAvailable;
        minutes.set(name, sum);
      }
    } else {
      const sum = minutes.get(nameOf(key));
      summary.minutesObserved += sum?.observed ?? 0;
      summary.minutesAvailable += sum?.available ?? 0;
    }
    const { period, destination_id, source_id, start } = key;
    rows.push(
      Object.assign(summary.columns(), {
        period,
        destination_id,
        source_id,
        start,
        first_result: Math.min(old?.first_result ?? ids.first, ids.first),
        last_result: Math.max(old?.last_result ?? ids.last, ids.last),
      }),
    );
  }
  await writeRollups(queries, rows);
  await writePositions(queries, sourceId, opened, through);
  await queries.query(
    `INSERT INTO rollup_progress (source_id, result_id, newest) VALUES ($1, $2, $3)
      ON CONFLICT (source_id) DO UPDATE SET result_id = excluded.result_id`,
    [sourceId, progress, through],
  );
}

/** Minutes first: hours and days count them. */
function changesOf(source_id: number, destination_id: number, segments: readonly Segment[]): Change[] {
  return PERIODS.flatMap((period: Period) => {
    const changes = new Map<number, Change>();
    for (const { minute, summary, firstResult, lastResult } of segments) {
      const start = startOf(period, minute);
      const change = changes.get(start) ?? {
        key: { period, destination_id, source_id, start },
        summary: new Summary(),
        ids: { first: firstResult, last: lastResult },
      };
      change.summary.merge(summary);
      change.ids.last = lastResult;
      changes.set(start, change);
    }
    return [...changes.values()];
  });
}

const nameOf = ({ period, destination_id, start }: RollupKey): string =>
  `${period} ${destination_id} ${start}`;

/** Undefined where somebody has damaged the row: what is known from now on is worth more than to store no roll-up any more. */
function summaryOf(row: Rollup, logger: Logger): Summary | undefined {
  try {
    return Summary.from(row);
  } catch (error) {
    const { period, destination_id, source_id, start } = row;
    const message = (error as Error).message;
    logger.error('rollup.damaged', { period, destination_id, source_id, start, error: message });
    return undefined;
  }
}

async function writePositions(
  queries: Queries,
  sourceId: number,
  opened: readonly OpenRollup[],
  through: number,
): Promise<void> {
  if (opened.length === 0) return;
  await queries.query(
    `INSERT INTO rollup_positions (source_id, destination_id, result_id) VALUES ${placeholders(queries, opened.length, 3)}
      ON CONFLICT (source_id, destination_id) DO UPDATE SET result_id = excluded.result_id`,
    opened.flatMap(({ destinationId }) => [sourceId, destinationId, through]),
  );
}
