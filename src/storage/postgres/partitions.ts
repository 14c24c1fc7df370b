import type { DataSource, EntityManager } from 'typeorm';

/** What a partition spans, ns: a day of UTC. */
const DAY = 86_400_000_000_000n;

/** How many days ahead there are partitions. */
const AHEAD = 2n;

/** Rows that are older came with a clock that was wrong, ns since the epoch: the first of January 2000. */
const OLDEST = 946_684_800_000_000_000n;

/** How many days' rows are moved out of the default partition at a time. */
const MOVED_DAYS = 32;

interface Partition {
  name: string;
  /** The first `rtime` in it, and the first one after it. */
  from: bigint;
  to: bigint;
}

/**
 * Makes the partitions of today (`now`: ns since the epoch) and the next days, and of those days whose rows have landed in the
 * default partition, which takes them until then. Several sources may do so at a time. Throws QueryFailedError: where
 * it has to wait for a lock for too long, it may be tried again.
 */
export async function makePartitions(dataSource: DataSource, now: bigint): Promise<void> {
  const today = now / DAY;
  const landed: { day: number }[] = await dataSource.query(
    `SELECT DISTINCT rtime / ${DAY} AS day FROM results_default
     WHERE rtime >= ${OLDEST} AND rtime < ${(today + AHEAD + 1n) * DAY} ORDER BY day LIMIT ${MOVED_DAYS}`,
  );
  const days = new Set(landed.map(({ day }) => BigInt(day)));
  for (let day = today; day <= today + AHEAD; day++) days.add(day);
  // One transaction each: whoever reads or writes results waits for none of them for long.
  for (const day of days)
    await whileNobodyElse(dataSource, async (manager) => {
      const partitions = await partitionsOf(manager);
      if (!partitions.some(({ from, to }) => from < (day + 1n) * DAY && to > day * DAY))
        await makePartition(manager, day);
    });
}

/** Attached when it has its rows: making it in its place would have every query of results wait. */
async function makePartition(manager: EntityManager, day: bigint): Promise<void> {
  const [from, to] = [day * DAY, (day + 1n) * DAY];
  const date = new Date(Number(from / 1_000_000n)).toISOString().slice(0, 10);
  const name = `results_${date.replaceAll('-', '')}`;
  await manager.query(`CREATE TABLE ${name} (LIKE results INCLUDING DEFAULTS INCLUDING CONSTRAINTS)`);
  await manager.query('LOCK TABLE results_default IN ACCESS EXCLUSIVE MODE');
  await manager.query(
    `WITH moved AS (DELETE FROM results_default WHERE rtime >= ${from} AND rtime < ${to} RETURNING *)
     INSERT INTO ${name} SELECT * FROM moved`,
  );
  await manager.query(`ALTER TABLE results ATTACH PARTITION ${name} FOR VALUES FROM (${from}) TO (${to})`);
}

/**
 * Drops the oldest partition whose results were all received before `instant` (ns since the epoch) and are all in roll-ups; gives its
 * space back at once. Returns whether there was one. In a transaction of the caller's. Throws QueryFailedError where it has to
 * wait for a lock for too long: it may be tried again.
 */
export async function dropOldPartition(manager: EntityManager, instant: bigint): Promise<boolean> {
  await manager.query(`SELECT ${LOCK_PARTITIONS}`);
  for (const { name } of (await partitionsOf(manager)).filter(({ to }) => to <= instant)) {
    const [unrolled] = await manager.query(firstUnrolled(name));
    if (unrolled) continue;
    await manager.query(`SET LOCAL lock_timeout = ${DROP_LOCK_TIMEOUT}`);
    await manager.query(`DROP TABLE IF EXISTS ${name}`);
    return true;
  }
  return false;
}

/** A source with results in a partition that no roll-up covers, if there is one: from one source to the next by the index. */
const firstUnrolled = (partition: string): string => `WITH RECURSIVE found (id) AS (
    SELECT min(source_id) FROM ${partition}
    UNION ALL SELECT (SELECT min(source_id) FROM ${partition} WHERE source_id > found.id) FROM found WHERE id IS NOT NULL
  )
  SELECT 1 FROM found LEFT JOIN rollup_progress AS progress ON progress.source_id = found.id
    WHERE found.id IS NOT NULL
      AND (SELECT max(id) FROM ${partition} AS part WHERE part.source_id = found.id) > coalesce(progress.result_id, 0)
  UNION ALL SELECT 1 FROM ${partition} WHERE source_id IS NULL
  LIMIT 1`;

/** Whoever wants to read or write results waits as long as the drop does, ms. */
const DROP_LOCK_TIMEOUT = 1000;

/** The partitions with bounds, the oldest first. */
async function partitionsOf(manager: EntityManager): Promise<Partition[]> {
  const rows: { name: string; bounds: string }[] = await manager.query(
    `SELECT CAST(oid AS regclass)::text AS name, pg_get_expr(relpartbound, oid) AS bounds
     FROM pg_class JOIN pg_inherits ON inhrelid = oid WHERE inhparent = CAST('results' AS regclass)`,
  );
  return rows
    .flatMap(({ name, bounds }) => {
      const [, from, to] = /^FOR VALUES FROM \('?(-?\d+)'?\) TO \('?(-?\d+)'?\)$/.exec(bounds) ?? [];
      return from === undefined || to === undefined ? [] : [{ name, from: BigInt(from), to: BigInt(to) }];
    })
    .sort((a, b) => (a.from < b.from ? -1 : 1));
}

const whileNobodyElse = (
  dataSource: DataSource,
  work: (manager: EntityManager) => Promise<void>,
): Promise<void> =>
  dataSource.transaction(async (manager) => {
    await manager.query(`SELECT ${LOCK_PARTITIONS}`);
    await work(manager);
  });

const LOCK_PARTITIONS =
  "pg_advisory_xact_lock(hashtext('pinger.partitions'), CAST(CAST('results' AS regclass) AS oid)::integer)";
