import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What each source has stored last, so that a batch whose fate was uncertain is not stored twice. */
export class Batches1732000000004 implements MigrationInterface {
  readonly name = 'Batches1732000000004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sources ADD COLUMN writer text');
    await runner.query('ALTER TABLE sources ADD COLUMN batch integer NOT NULL DEFAULT 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const column of ['batch', 'writer']) await runner.query(`ALTER TABLE sources DROP COLUMN ${column}`);
  }
}
