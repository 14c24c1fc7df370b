import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Destination } from '../entities/destination.ts';
import type { Source } from '../entities/source.ts';
import { makeFolder } from './make-folder.ts';

const VERSION = 1;

/** What a source has to know to probe: its own row, and its destinations as they were at a revision. */
export interface StandbyCopy {
  /** When it was made, as an ISO time. */
  copied: string;
  source: Source;
  revision: number;
  destinations: Destination[];
}

/** What was written to a file; undefined where there is none, or none that this version can read. */
export async function readCopy(file: string): Promise<StandbyCopy | undefined> {
  try {
    const { version, ...copy } = JSON.parse(await readFile(file, 'utf8'));
    return version === VERSION && Array.isArray(copy.destinations) && copy.source?.key ? copy : undefined;
  } catch {
    return undefined;
  }
}

/** Writes all of it or, whatever happens meanwhile, leaves what was there. Rejects with the file system's error. */
export async function writeCopy(file: string, copy: StandbyCopy): Promise<void> {
  await makeFolder(dirname(file));
  const handle = await open(`${file}.new`, 'w');
  try {
    await handle.writeFile(JSON.stringify({ version: VERSION, ...copy }));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
}
