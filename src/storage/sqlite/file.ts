import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { DataSource } from 'typeorm';
import { APPLICATION_ID } from '../../entities/index.ts';
import type { Contents } from '../dialect.ts';
import { DatabaseError, NoDatabaseError } from '../store.ts';
import { oneLine } from '../text.ts';

/** The largest file that is checked whole at every start, bytes; it takes about 0.1 s. */
const CHECKED_WHOLE = 64 * 2 ** 20;

/**
 * Refuses a file that is not there, unless it is to be made, or that this user cannot use. Throws DatabaseError.
 *
 * What is in it only SQLite looks at: a process that closes a file loses its locks on it, those of its other connections included, and
 * whoever closes the database next takes itself for the last one and deletes the log under them.
 * https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_
 */
export async function checkFile(file: string, create: boolean): Promise<void> {
  const shown = `database ${file}`;
  const found = await stat(file).catch(() => undefined);
  const folder = dirname(resolve(file));
  if (!found) {
    if (!create) throw new NoDatabaseError(file);
    await access(folder, constants.W_OK).catch((error) => {
      const why = error.code === 'ENOENT' ? 'does not exist' : 'cannot be written to';
      throw new DatabaseError(`${shown}: the folder ${folder} ${why}`, false);
    });
    return;
  }
  if (!found.isFile()) throw new DatabaseError(`${shown}: not a file`, false);
  await access(file, constants.R_OK | constants.W_OK).catch(() => {
    throw new DatabaseError(`${shown}: this user may not read and write it`, false);
  });
  await access(folder, constants.W_OK).catch(() => {
    throw new DatabaseError(
      `${shown}: the folder ${folder} cannot be written to, and SQLite keeps its journal there`,
      false,
    );
  });
}

/** Refuses a database that somebody else made, and one that is damaged. Throws DatabaseError. */
export async function checkContents(dataSource: DataSource, { name, tables }: Contents): Promise<void> {
  const [{ application_id }] = await dataSource.query('PRAGMA application_id');
  if (application_id !== APPLICATION_ID)
    throw new DatabaseError(
      `database ${name}: not pinger's (it has the tables ${tables.slice(0, 3).join(', ')}); name another file`,
      false,
    );
  const [{ size }] = await dataSource.query(
    'SELECT page_count * page_size AS size FROM pragma_page_count, pragma_page_size',
  );
  const [check] = size <= CHECKED_WHOLE ? await dataSource.query('PRAGMA quick_check(1)') : [];
  if (check && check.quick_check !== 'ok')
    throw new DatabaseError(
      `database ${name}: damaged (${oneLine(check.quick_check)}); restore a backup, or move it away to start anew`,
      false,
    );
}
