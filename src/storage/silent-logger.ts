import type { Logger } from 'typeorm';

/** TypeORM's own one prints a migration that fails on standard output, which is for what a command was asked for. */
export const SILENT: Logger = {
  logQuery() {},
  logQueryError() {},
  logQuerySlow() {},
  logSchemaBuild() {},
  logMigration() {},
  log() {},
};
