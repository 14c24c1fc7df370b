import { APPLICATION_ID } from '../../entities/index.ts';
import { DatabaseError } from '../store.ts';
import { oneLine } from '../text.ts';
import { type PageCopy, SqliteConnection } from './connection.ts';

/** So many pages are copied in one call: some ms, after which an interruption is noticed. */
const PAGES_A_STEP = 2048;

export interface SqliteBackup {
  /** The database, which a monitor may be writing to. */
  file: string;
  /** Where the copy goes; what is there is replaced. */
  to: string;
  interruption?: AbortSignal;
}

/**
 * Copies a database as it is at this moment into one file, and checks the copy. Who writes meanwhile is not held up: the pages
 * are read in one transaction, and only the write-ahead log cannot begin anew until its end. Throws DatabaseError; rejects
 * with the reason of an interruption.
 */
export async function backupSqlite({ file, to, interruption }: SqliteBackup): Promise<void> {
  const source = await SqliteConnection.open(file);
  try {
    await refuseOthers(source, file);
    await copy(source, to, interruption);
  } finally {
    await source.close();
  }
  const problem = await checked(to);
  if (problem !== 'ok')
    throw new DatabaseError(
      `database ${file}: damaged (${oneLine(String(problem))}); the copy is thrown away`,
      false,
    );
}

async function refuseOthers(source: SqliteConnection, file: string): Promise<void> {
  const [row] = await source.query('PRAGMA application_id');
  if (row?.application_id !== APPLICATION_ID)
    throw new DatabaseError(`database ${file}: not pinger's; name another file`, false);
}

/** All pages as the transaction sees them, whatever is written until the last one is copied. */
async function copy(source: SqliteConnection, to: string, interruption?: AbortSignal): Promise<void> {
  await source.query('BEGIN');
  await source.query('SELECT count(*) FROM sqlite_schema');
  const pages = source.copyTo(to);
  try {
    while (!(await stepped(pages))) interruption?.throwIfAborted();
  } finally {
    await new Promise<void>((resolve) => pages.finish(() => resolve()));
    await source.query('ROLLBACK');
  }
}

const stepped = (pages: PageCopy): Promise<boolean> =>
  new Promise((resolve, reject) => {
    pages.step(PAGES_A_STEP, (error, completed) => (error ? reject(error) : resolve(completed)));
  });

/** `ok`, or what is wrong. The copy is one file from now on: without a write-ahead log of its own. */
async function checked(file: string): Promise<unknown> {
  const connection = await SqliteConnection.open(file, { writable: true });
  try {
    await connection.query('PRAGMA journal_mode = DELETE');
    const [row] = await connection.query('PRAGMA quick_check(1)');
    return row?.quick_check;
  } finally {
    await connection.close();
  }
}
