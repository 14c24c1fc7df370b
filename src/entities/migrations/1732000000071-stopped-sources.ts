import type { MigrationInterface, QueryRunner } from 'typeorm';
import { isPostgres } from './engine.ts';

/** Whether a source's monitor was stopped on purpose, so that nobody misses it. */
export class StoppedSources1732000000071 implements MigrationInterface {
  readonly name = 'StoppedSources1732000000071';

  async up(runner: QueryRunner): Promise<void> {
    const no = isPostgres(runner) ? 'false' : '0';
    await runner.query(`ALTER TABLE sources ADD COLUMN stopped boolean NOT NULL DEFAULT ${no}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sources DROP COLUMN stopped');
  }
}
