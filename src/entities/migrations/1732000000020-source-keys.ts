import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What tells a source of this database from any other source of any other database: names and ids may be the same. */
export class SourceKeys1732000000020 implements MigrationInterface {
  readonly name = 'SourceKeys1732000000020';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sources ADD COLUMN key text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sources DROP COLUMN key');
  }
}
