import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Why a result may say more of this host than of the network. */
export class Doubts1732000000003 implements MigrationInterface {
  readonly name = 'Doubts1732000000003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE results ADD COLUMN doubt text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE results DROP COLUMN doubt');
  }
}
