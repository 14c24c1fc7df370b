import type { QueryRunner } from 'typeorm';

/** Which database a migration runs on. */
export const isPostgres = (runner: QueryRunner): boolean => runner.connection.options.type === 'postgres';
