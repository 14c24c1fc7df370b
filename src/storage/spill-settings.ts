import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import type { SpillOptions } from './spill.ts';

/** Where results wait for a database that takes none, how much of them, and which go when it is full. */
export type SpillSettings = Pick<SpillOptions, 'folder' | 'limit' | 'drop'>;

/** Room for some 50 million results. bytes */
export const DEFAULT_SPILL_LIMIT = 2 ** 30;

/** Less has no room for segments. bytes */
export const SMALLEST_SPILL_LIMIT = 2 ** 20;

export interface SpillGiven {
  /** URL of the database that the results are for. */
  database: string;
  /** Name of the source whose results they are. */
  source: string;
  settings: Partial<SpillSettings>;
}

/** The settings with their defaults; undefined for a database in memory, which no process finds again, unless a folder is given. */
export function spillSettings({ database, source, settings }: SpillGiven): SpillSettings | undefined {
  const { folder = defaultFolder(database, source), limit = DEFAULT_SPILL_LIMIT, drop = 'oldest' } = settings;
  if (folder === undefined) return undefined;
  if (limit < SMALLEST_SPILL_LIMIT)
    throw new RangeError(`spill limit ${limit}: expected at least ${SMALLEST_SPILL_LIMIT} bytes`);
  return { folder, limit, drop };
}

/** Next to the file that is a database; of one on a server, where this host keeps state. A folder for each source. */
function defaultFolder(database: string, source: string): string | undefined {
  const own = `${encodeURIComponent(source)}.spill`;
  const [, file] = /^sqlite:(?:\/\/)?(.+)$/.exec(database) ?? [];
  if (file === ':memory:') return undefined;
  return file === undefined ? join(stateFolder(), `pinger.${own}`) : `${file}.${own}`;
}

const VAR = '/var/lib/pinger';

/** https://specifications.freedesktop.org/basedir-spec/latest/ or /var/lib/pinger, where there are; else the current folder. */
function stateFolder(): string {
  const { XDG_STATE_HOME } = process.env;
  if (XDG_STATE_HOME) return join(XDG_STATE_HOME, 'pinger');
  try {
    accessSync(VAR, constants.W_OK);
    return VAR;
  } catch {
    return '.';
  }
}
