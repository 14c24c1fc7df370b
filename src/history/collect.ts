import type { Rollup } from '../entities/rollup.ts';
import { Summary } from '../statistics/summary.ts';
import { Turns } from '../turns.ts';
import type { Piece } from './cover.ts';
import { MINUTE, startOf } from './levels.ts';
import type { ResultIds } from './open-rollups.ts';
import { PairHistory } from './pair-history.ts';
import { type RawResult, rawResults } from './raw-results.ts';
import type { Pair, Reach } from './reach.ts';
import { type Queries, readRollups, readSpan } from './rollup-table.ts';

export interface Collected {
  /** Ids; null stands for results that name no destination. Without it: all. */
  destinations?: readonly (number | null)[] | undefined;
  /** Ids; without it: all. */
  sources?: readonly number[] | undefined;
  /** What to put together, in the order of time. */
  pieces: readonly Piece[];
  /** Which step a moment belongs to, s since the Unix epoch. */
  stepOf: (time: number) => number;
}

/**
 * What each source has seen of each destination, by steps of time: from roll-ups, and from results where there are none. In one
 * transaction that sees one moment.
 */
export async function collect(queries: Queries, reach: Reach, wanted: Collected): Promise<PairHistory[]> {
  const { pieces, stepOf } = wanted;
  const isWanted = ({ source_id }: { source_id: number | null }) =>
    wanted.sources === undefined || (source_id !== null && wanted.sources.includes(source_id));
  const histories = new Map<string, PairHistory>();
  const historyOf = ({ source_id, destination_id }: Pick<RawResult, 'source_id' | 'destination_id'>) => {
    const name = `${destination_id} ${source_id}`;
    const history = histories.get(name) ?? new PairHistory(destination_id, source_id);
    histories.set(name, history);
    return history;
  };
  const take = (result: RawResult, hasRollup: boolean) =>
    historyOf(result).add(stepOf(result.second), result, hasRollup);

  const pairs = reach.pairs.filter(isWanted);
  for (const piece of pieces)
    if (piece.level === 0) {
      const ids = [...(await idsOf(queries, pairs, piece)), ...reach.tail];
      for await (const result of rawResults(queries, { ...piece, ...wantedOf(wanted), ids }))
        if (isWanted(result) && reach.knows(result)) take(result, false);
    } else
      for await (const rows of readSpan(queries, pairs, { ...piece, level: piece.level }))
        for (const row of rows) historyOf(row).merge(stepOf(row.start), Summary.from(row));

  const rolled = pieces.filter(({ level }) => level > 0);
  const isRolled = (time: number) => rolled.some(({ since, until }) => time >= since && time < until);
  const [since, until] = [pieces[0]?.since ?? 0, pieces.at(-1)?.until ?? 0];
  const tail = { ...wantedOf(wanted), since, until, ids: reach.tail };
  if (rolled.length > 0 && reach.tail.length > 0)
    for await (const result of rawResults(queries, tail))
      if (isWanted(result) && reach.knows(result) && !reach.covers(result) && isRolled(result.second))
        take(result, true);

  const { unrolled } = reach;
  if (unrolled === undefined || unrolled.length > 0)
    for await (const result of rawResults(queries, {
      ...wantedOf(wanted),
      since,
      until,
      ...(unrolled && { ids: unrolled }),
    }))
      if (isWanted(result) && !reach.knows(result)) take(result, false);

  await correctMinutes(queries, [...histories.values()]);
  return [...histories.values()];
}

const wantedOf = ({ destinations }: Collected) => ({ destinations });

/** Where the results of a span are, as its minutes' roll-ups tell. */
async function idsOf(
  queries: Queries,
  pairs: readonly Pair[],
  { since, until }: Piece,
): Promise<ResultIds[]> {
  const ids: ResultIds[] = [];
  const span = { level: MINUTE, since: startOf(MINUTE, since), until } as const;
  for await (const rows of readSpan(queries, pairs, span))
    for (const { first_result: first, last_result: last } of rows) {
      const before = ids.at(-1);
      if (before && first <= before.last + 1 && last >= before.first - 1) {
        before.first = Math.min(before.first, first);
        before.last = Math.max(before.last, last);
      } else ids.push({ first, last });
    }
  return ids;
}

/** A minute that is partly in a roll-up and partly not is counted as the roll-up has it: now that is set right. */
async function correctMinutes(queries: Queries, histories: readonly PairHistory[]): Promise<void> {
  const keys = histories.flatMap((history) => history.minutesInRollups());
  const rows = new Map((await readRollups(queries, keys)).map((row) => [nameOf(row), Summary.from(row)]));
  const turns = new Turns();
  for (const history of histories) {
    history.closeMinutes((start) => rows.get(nameOf({ ...history, start })));
    if (turns.isOver) await turns.next();
  }
}

const nameOf = ({
  destination_id,
  source_id,
  start,
}: Pick<PairHistory, 'destination_id' | 'source_id'> & Pick<Rollup, 'start'>) =>
  `${destination_id} ${source_id} ${start}`;
