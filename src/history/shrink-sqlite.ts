import type { Queries } from './rollup-table.ts';

/** https://www.sqlite.org/pragma.html#pragma_auto_vacuum */
export const INCREMENTAL = 2;

/** Pages that one step gives back: 1 MiB, some ms. */
const PAGES_A_STEP = 256;

/** What is left to be used again: this part of the file, and no less than so many pages. */
const SPARE = 0.05;
const SPARE_PAGES = 256;

/**
 * Gives some of a SQLite file's unused pages back to the file system; returns whether there are more. A file that was made
 * before pinger deleted anything keeps its size, and uses its pages again, until somebody has it converted:
 * `PRAGMA auto_vacuum = INCREMENTAL; VACUUM`. Runs in a transaction of the caller's.
 */
export async function shrinkSqlite(queries: Queries): Promise<boolean> {
  const [file] = await queries.query<{ unused: number; pages: number; mode: number }[]>(
    `SELECT freelist_count AS unused, page_count AS pages, auto_vacuum AS mode
      FROM pragma_freelist_count, pragma_page_count, pragma_auto_vacuum`,
  );
  if (!file || file.mode !== INCREMENTAL) return false;
  const spare = Math.max(SPARE_PAGES, Math.floor(file.pages * SPARE));
  const surplus = file.unused - spare;
  if (surplus <= 0) return false;
  await queries.query(`PRAGMA incremental_vacuum(${Math.min(surplus, PAGES_A_STEP)})`);
  return surplus > PAGES_A_STEP;
}
