import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder, and those above it that are not there. Resolves with whether it was made; rejects with the file system's error.
 *
 * Node's own way (`recursive`) tries for ever where a folder cannot be made although the one above it is there, as in /proc.
 */
export async function makeFolder(folder: string): Promise<boolean> {
  try {
    return await made(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(folder) === folder) throw error;
  }
  await makeFolder(dirname(folder));
  return made(folder);
}

async function made(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
