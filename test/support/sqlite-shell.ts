import { execFileSync } from 'node:child_process';

/** Runs SQL in the sqlite3 shell, as a user would. */
export const sqlite = (file: string, sql: string): string =>
  execFileSync('sqlite3', ['-cmd', '.timeout 5000', file, sql], { encoding: 'utf8' }).trim();
