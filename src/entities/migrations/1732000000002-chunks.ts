import type { MigrationInterface, QueryRunner } from 'typeorm';
import { isPostgres } from './engine.ts';

/**
 * Results in the order of their destinations, for 16,384 at a time.
 *
 * A new result of each of 10,000 destinations has a place of its own in an index by destination: *measured*, a page
 * read and written twice for every row, two thirds of the cost of storing it. Within a chunk they share some
 * 80 pages. SQLite looks a destination up in one chunk after the other by itself, as long as it is told that chunks are large:
 * https://www.sqlite.org/optoverview.html#skipscan
 *
 * PostgreSQL does without: *measured*, three indexes by id, source and destination take 3.2 µs a row.
 */
export class Chunks1732000000002 implements MigrationInterface {
  readonly name = 'Chunks1732000000002';

  async up(runner: QueryRunner): Promise<void> {
    if (isPostgres(runner)) return;
    await runner.query('DROP INDEX results_destination_rtime');
    await runner.query('CREATE INDEX results_chunk ON results (id >> 14, destination_id, rtime)');
    await runner.query('ANALYZE results');
    await runner.query("DELETE FROM sqlite_stat1 WHERE tbl = 'results'");
    await runner.query(
      "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('results', 'results_chunk', '10000000 16384 25 1')",
    );
    await runner.query('ANALYZE sqlite_schema');
  }

  async down(runner: QueryRunner): Promise<void> {
    if (isPostgres(runner)) return;
    await runner.query('DROP INDEX results_chunk');
    await runner.query('CREATE INDEX results_destination_rtime ON results (destination_id, rtime)');
  }
}
