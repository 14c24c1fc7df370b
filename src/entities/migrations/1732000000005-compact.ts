import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What many results have in common. */
const KIND = `source_id integer, destination_id integer, rsite integer, rhost integer, address text, rtype integer, rcode integer,
  icmptype integer, rid integer, datamatch boolean, rttl integer, outcome text, doubt text`;

const KIND_COLUMNS = KIND.split(',').map((column) => column.trim().split(' ')[0] as string);

/** The rest: of each result its own. `rtt` in ns takes half of the bytes of a double, and is as exact as clocks are. */
const OWN = 'rtime bigint NOT NULL, rtt_ns integer, rseq integer';

/** As the table had them, but for `id` and `rtime`. */
const ALL = `address, rsite, rhost, rtt_ns / 1e6 AS rtt, rtype, rcode, rid, rseq, datamatch, icmptype, rttl, destination_id, source_id,
  outcome, doubt`;

const SAME_KIND = KIND_COLUMNS.map((column) => `kind.${column} IS NEW.${column}`).join(' AND ');

/**
 * Results in 30 bytes each instead of 85.
 *
 * Most columns say the same for thousands of results of a destination; they are kept once, as a kind. What is each result's own
 * goes into `recent_results` as it comes, which costs least, and later, 32,768 at a time, into `sorted_results` by kind,
 * which needs no index besides: its times and ids count from those of the chunk. `results` is a view of both, and takes
 * inserts and deletes. `located_results` tells in addition between which ids and times the chunk of a result lies: who asks for
 * some ids or times asks for chunks that may have them as well, and the others are not read.
 */
export class Compact1732000000005 implements MigrationInterface {
  readonly name = 'Compact1732000000005';

  async up(runner: QueryRunner): Promise<void> {
    if (runner.connection.options.type !== 'sqlite') return this.#makePlainViews(runner);
    await runner.query('DROP INDEX results_chunk');
    await runner.query('ALTER TABLE results RENAME TO wide_results');
    await runner.query(`CREATE TABLE result_kinds (id integer PRIMARY KEY NOT NULL, ${KIND})`);
    await runner.query(
      'CREATE INDEX result_kinds_destination ON result_kinds (destination_id, address, rttl, outcome, rid)',
    );
    await runner.query(
      `CREATE TABLE recent_results (id integer PRIMARY KEY AUTOINCREMENT NOT NULL, kind_id integer NOT NULL, ${OWN})`,
    );
    await runner.query(`CREATE TABLE result_chunks (
      id integer PRIMARY KEY NOT NULL, first_id integer NOT NULL, last_id integer NOT NULL,
      first_rtime bigint NOT NULL, last_rtime bigint NOT NULL)`);
    await runner.query('CREATE INDEX result_chunks_last_id ON result_chunks (last_id)');
    await runner.query(`CREATE TABLE sorted_results (
      chunk_id integer NOT NULL, kind_id integer NOT NULL, n integer NOT NULL, ${OWN},
      PRIMARY KEY (chunk_id, kind_id, n)) WITHOUT ROWID`);
    await this.#makeViews(runner);
    await this.#makeTriggers(runner);
    await this.#moveRows(runner);
    await this.#adviseOnPlans(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    if (runner.connection.options.type !== 'sqlite') {
      for (const view of ['newest_result', 'located_results']) await runner.query(`DROP VIEW ${view}`);
      return;
    }
    await runner.query(`CREATE TABLE wide_results (id integer PRIMARY KEY AUTOINCREMENT NOT NULL, rtime bigint NOT NULL, address text,
      rsite integer, rhost integer, rtt double precision, rtype integer, rcode integer, rid integer, rseq integer, datamatch boolean,
      icmptype integer, rttl integer, destination_id integer, source_id integer, outcome text NOT NULL DEFAULT 'reply', doubt text)`);
    const all = ['id', 'rtime', 'rtt', 'rseq', ...KIND_COLUMNS].join(', ');
    await runner.query(`INSERT INTO wide_results (${all}) SELECT ${all} FROM results ORDER BY id`);
    for (const view of ['newest_result', 'located_results', 'results'])
      await runner.query(`DROP VIEW ${view}`);
    for (const table of ['sorted_results', 'result_chunks', 'recent_results', 'result_kinds'])
      await runner.query(`DROP TABLE ${table}`);
    await runner.query('ALTER TABLE wide_results RENAME TO results');
    await runner.query('CREATE INDEX results_chunk ON results (id >> 14, destination_id, rtime)');
  }

  async #makeViews(runner: QueryRunner): Promise<void> {
    for (const [view, ofRecent, ofChunk] of [
      ['results', '', ''],
      [
        'located_results',
        ', recent.id AS first_id, recent.id AS last_id, rtime AS first_rtime, rtime AS last_rtime',
        ', first_id, last_id, first_rtime, last_rtime',
      ],
    ])
      await runner.query(`CREATE VIEW ${view} AS
        SELECT recent.id, rtime, ${ALL}${ofRecent}
        FROM recent_results AS recent JOIN result_kinds AS kind ON kind.id = recent.kind_id
        UNION ALL
        SELECT chunk.first_id + n, chunk.first_rtime + rtime, ${ALL}${ofChunk}
        FROM result_chunks AS chunk JOIN sorted_results AS sorted ON sorted.chunk_id = chunk.id
          JOIN result_kinds AS kind ON kind.id = sorted.kind_id`);
    await runner.query(`CREATE VIEW newest_result AS
      SELECT coalesce((SELECT max(id) FROM recent_results), (SELECT max(last_id) FROM result_chunks), 0) AS id`);
  }

  /** For databases whose \`results\` are a table: the same queries run on both. */
  async #makePlainViews(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE VIEW located_results AS
      SELECT *, id AS first_id, id AS last_id, rtime AS first_rtime, rtime AS last_rtime FROM results`);
    await runner.query('CREATE VIEW newest_result AS SELECT coalesce(max(id), 0) AS id FROM results');
  }

  async #makeTriggers(runner: QueryRunner): Promise<void> {
    const kinds = KIND_COLUMNS.map((column) =>
      column === 'outcome' ? "coalesce(NEW.outcome, 'reply')" : `NEW.${column}`,
    );
    const same = SAME_KIND.replace('NEW.outcome', "coalesce(NEW.outcome, 'reply')");
    await runner.query(`CREATE TRIGGER results_insert INSTEAD OF INSERT ON results BEGIN
      INSERT INTO result_kinds (${KIND_COLUMNS.join(', ')}) SELECT ${kinds.join(', ')}
        WHERE NOT EXISTS (SELECT 1 FROM result_kinds AS kind WHERE ${same});
      INSERT INTO recent_results (id, kind_id, rtime, rtt_ns, rseq)
        SELECT NEW.id, min(kind.id), NEW.rtime, CAST(round(NEW.rtt * 1e6) AS INTEGER), NEW.rseq FROM result_kinds AS kind WHERE ${same};
    END`);
    await runner.query(`CREATE TRIGGER results_delete INSTEAD OF DELETE ON results BEGIN
      DELETE FROM recent_results WHERE id = OLD.id;
      DELETE FROM sorted_results
        WHERE chunk_id = (SELECT id FROM result_chunks WHERE OLD.id BETWEEN first_id AND last_id)
          AND kind_id IN (SELECT id FROM result_kinds WHERE destination_id IS OLD.destination_id)
          AND n = OLD.id - (SELECT first_id FROM result_chunks WHERE OLD.id BETWEEN first_id AND last_id);
    END`);
  }

  /** What an earlier version has stored; 3 µs a row. */
  async #moveRows(runner: QueryRunner): Promise<void> {
    const renamed = KIND_COLUMNS.join(', ');
    await runner.query(
      `INSERT INTO result_kinds (${renamed}) SELECT DISTINCT ${renamed} FROM wide_results ORDER BY destination_id`,
    );
    const same = KIND_COLUMNS.map((column) => `kind.${column} IS wide.${column}`).join(' AND ');
    await runner.query(`INSERT INTO result_chunks (first_id, last_id, first_rtime, last_rtime)
      SELECT min(id), max(id), min(rtime), max(rtime) FROM wide_results GROUP BY id >> 15 ORDER BY id >> 15`);
    await runner.query(`INSERT INTO sorted_results (chunk_id, kind_id, n, rtime, rtt_ns, rseq)
      SELECT chunk.id, kind.id, wide.id - chunk.first_id, wide.rtime - chunk.first_rtime,
        CASE WHEN typeof(rtt) IN ('real', 'integer') THEN CAST(round(rtt * 1e6) AS INTEGER) END, rseq
      FROM result_chunks AS chunk
        CROSS JOIN wide_results AS wide ON wide.id BETWEEN chunk.first_id AND chunk.last_id
        CROSS JOIN result_kinds AS kind ON ${same}
      ORDER BY chunk.id, kind.id, wide.id`);
    // Ids go on where they were.
    await runner.query(`INSERT INTO sqlite_sequence (name, seq)
      SELECT 'recent_results', seq FROM sqlite_sequence WHERE name = 'wide_results'`);
    await runner.query('DROP TABLE wide_results');
  }

  /** As if of a large database: the planner has no other way to know that a destination has few kinds and chunks many rows. */
  async #adviseOnPlans(runner: QueryRunner): Promise<void> {
    await runner.query('ANALYZE sqlite_schema');
    await runner.query("DELETE FROM sqlite_stat1 WHERE tbl IN ('results', 'wide_results')");
    for (const [table, index, stat] of [
      ['result_kinds', 'result_kinds_destination', '100000 4 3 2 1 1'],
      ['result_chunks', 'result_chunks_last_id', '3000 1'],
      ['sorted_results', 'sorted_results', '100000000 32768 8 1'],
    ])
      await runner.query(
        `INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('${table}', '${index}', '${stat}')`,
      );
    await runner.query('ANALYZE sqlite_schema');
  }
}
