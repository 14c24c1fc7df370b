import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How alerts are put together into messages, by channel. */
export class AlertGroups1732000000070 implements MigrationInterface {
  readonly name = 'AlertGroups1732000000070';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE alert_channels ADD COLUMN group_wait integer NOT NULL DEFAULT 10000');
    await runner.query('ALTER TABLE alert_channels ADD COLUMN group_interval integer NOT NULL DEFAULT 60000');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const column of ['group_interval', 'group_wait'])
      await runner.query(`ALTER TABLE alert_channels DROP COLUMN ${column}`);
  }
}
