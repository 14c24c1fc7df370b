import { existsSync } from 'node:fs';
import { databaseFile } from '../storage/database.ts';

/** The database to look at where nothing may be changed: an empty one in memory where there is no file yet. */
export const databaseToLookAt = (url: string): string =>
  url.startsWith('sqlite:') && !existsSync(databaseFile(url)) ? 'sqlite::memory:' : url;
