import { existsSync } from 'node:fs';
import { parseDatabaseUrl } from '../storage/database-url.ts';

/** The database to look at where nothing may be changed: an empty one in memory where there is no file yet. */
export function databaseToLookAt(url: string): string {
  const parsed = parseDatabaseUrl(url);
  return parsed.type === 'sqlite' && !existsSync(parsed.file) ? 'sqlite::memory:' : url;
}
