import type { MigrationInterface, QueryRunner } from 'typeorm';
import { isPostgres } from './engine.ts';
import { createFeed, dropFeed } from './postgres-feed.ts';

const COLUMNS = {
  sources: ['name text'],
  destinations: ['port integer', 'name text', 'source_id integer'],
  results: [
    'icmptype integer',
    'rttl integer',
    'destination_id integer',
    'source_id integer',
    "outcome text NOT NULL DEFAULT 'reply'",
  ],
};

/** Links from results to what they are about, outcomes, and the feed of edits to destinations. */
export class Links1732000000001 implements MigrationInterface {
  readonly name = 'Links1732000000001';

  async up(runner: QueryRunner): Promise<void> {
    for (const [table, columns] of Object.entries(COLUMNS))
      for (const column of columns) await runner.query(`ALTER TABLE ${table} ADD COLUMN ${column}`);

    await runner.query("UPDATE results SET outcome = 'timeout' WHERE address IS NULL AND rtt IS NULL");
    await runner.query('CREATE UNIQUE INDEX sources_name ON sources (name)');
    await runner.query('CREATE INDEX results_destination_rtime ON results (destination_id, rtime)');
    if (isPostgres(runner)) {
      await runner.query('CREATE INDEX results_source_id ON results (source_id, id)');
      return createFeed(runner);
    }
    await runner.query(`CREATE TABLE destination_changes (
      revision integer PRIMARY KEY AUTOINCREMENT NOT NULL,
      destination_id integer NOT NULL,
      op text NOT NULL
    )`);
    for (const [op, row] of [
      ['insert', 'NEW'],
      ['update', 'NEW'],
      ['delete', 'OLD'],
    ]) {
      await runner.query(`CREATE TRIGGER destinations_${op} AFTER ${op} ON destinations BEGIN
        INSERT INTO destination_changes (destination_id, op) VALUES (${row}.id, '${op}');
      END`);
    }
    // An update that changes the id takes one destination away and brings another.
    await runner.query(`CREATE TRIGGER destinations_renumber AFTER UPDATE OF id ON destinations
      WHEN OLD.id <> NEW.id BEGIN
        INSERT INTO destination_changes (destination_id, op) VALUES (OLD.id, 'delete');
      END`);
  }

  async down(runner: QueryRunner): Promise<void> {
    if (isPostgres(runner)) {
      await dropFeed(runner);
      await runner.query('DROP INDEX results_source_id');
    } else
      for (const trigger of ['insert', 'update', 'delete', 'renumber'])
        await runner.query(`DROP TRIGGER destinations_${trigger}`);
    await runner.query('DROP TABLE destination_changes');
    await runner.query('DROP INDEX results_destination_rtime');
    await runner.query('DROP INDEX sources_name');
    for (const [table, columns] of Object.entries(COLUMNS))
      for (const column of columns)
        await runner.query(`ALTER TABLE ${table} DROP COLUMN ${column.split(' ')[0]}`);
  }
}
