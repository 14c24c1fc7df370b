import type { MigrationInterface, QueryRunner } from 'typeorm';

const COUNTS = [
  'reply',
  'refused',
  'unreachable',
  'ttl_exceeded',
  'timeout',
  'unsent',
  'late',
  'duplicate',
  'corrupt',
  'doubtful',
  'undetermined',
];

const FIGURES = [
  'rtt_count integer NOT NULL',
  'rtt_min double precision',
  'rtt_max double precision',
  'rtt_mean double precision',
  'rtt_variance double precision',
  'ipdv_count integer NOT NULL',
  'ipdv_mean double precision',
  'ipdv_max double precision',
  'loss_periods integer NOT NULL',
  'longest_loss_period integer NOT NULL',
  'minutes_observed integer NOT NULL',
  'minutes_available integer NOT NULL',
];

/** Roll-ups of results, how far they reach, and how long everything is kept. */
export class Rollups1732000000030 implements MigrationInterface {
  readonly name = 'Rollups1732000000030';

  async up(runner: QueryRunner): Promise<void> {
    const isSqlite = runner.connection.options.type === 'sqlite';
    // The rows of a destination lie side by side, in the order of time: that is how they are read.
    const clustered = isSqlite ? 'WITHOUT ROWID' : '';
    await runner.query(`CREATE TABLE rollups (
      period integer NOT NULL,
      destination_id integer NOT NULL,
      source_id integer NOT NULL,
      start bigint NOT NULL,
      first_result bigint NOT NULL,
      last_result bigint NOT NULL,
      ${[...COUNTS.map((name) => `${name} integer NOT NULL`), ...FIGURES].join(',\n      ')},
      sketch ${isSqlite ? 'blob' : 'bytea'} NOT NULL,
      PRIMARY KEY (period, destination_id, source_id, start)
    ) ${clustered}`);
    await runner.query(`CREATE TABLE rollup_positions (
      source_id integer NOT NULL,
      destination_id integer NOT NULL,
      result_id bigint NOT NULL,
      PRIMARY KEY (source_id, destination_id)
    ) ${clustered}`);
    await runner.query(`CREATE TABLE rollup_progress (
      source_id integer PRIMARY KEY NOT NULL,
      result_id bigint NOT NULL,
      newest bigint NOT NULL
    )`);
    // No source has the id 0: so far there are results of whoever may have stored them.
    await runner.query(
      'INSERT INTO rollup_progress (source_id, result_id, newest) SELECT 0, 0, id FROM newest_result WHERE id > 0',
    );
    await runner.query(`CREATE TABLE retention (
      level integer PRIMARY KEY NOT NULL,
      kept_since bigint NOT NULL
    )`);
    await runner.query(`CREATE TABLE leases (
      task text PRIMARY KEY NOT NULL,
      holder text NOT NULL,
      expires bigint NOT NULL
    )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['leases', 'retention', 'rollup_progress', 'rollup_positions', 'rollups'])
      await runner.query(`DROP TABLE ${table}`);
  }
}
