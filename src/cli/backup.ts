import { existsSync, statSync } from 'node:fs';
import { Command, Option } from 'commander';
import { databaseError } from '../storage/database.ts';
import { parseDatabaseUrl } from '../storage/database-url.ts';
import { backupSqlite } from '../storage/sqlite/backup.ts';
import { CommandFailure } from './failure.ts';
import { oneLine } from './format.ts';
import { databaseOption } from './options.ts';
import { print } from './output.ts';
import { withWholeFile } from './whole-output.ts';

interface BackupOptions {
  database: string;
  force?: true;
}

/** `pinger backup`. */
export const backupCommand = (): Command =>
  new Command('backup')
    .description('Copy the database into one file, also while a pinger writes to it.')
    .argument('<file>', 'the copy')
    .addOption(databaseOption())
    .addOption(new Option('--force', 'replace the file where it is there already'))
    .addHelpText(
      'after',
      `
The copy is the database at one moment, and is checked before it gets its name. Probing goes on undisturbed. To restore
it, stop pinger and put it in the place of the database (and remove what ends in -wal and -shm there).
Of a PostgreSQL database pg_dump makes the copy.

Examples:
  pinger backup pinger-backup.db
  pinger backup --database sqlite:/var/lib/pinger/pinger.db "/backup/pinger-$(date +%F).db"`,
    )
    .action((file: string, { database, force }: BackupOptions) => backup(file, database, force));

/** Throws CommandFailure and DatabaseError. */
export async function backup(file: string, database: string, force = false): Promise<void> {
  const parsed = parseDatabaseUrl(database);
  if (parsed.type !== 'sqlite')
    throw new CommandFailure(
      `backup copies SQLite files; of PostgreSQL, pg_dump does: pg_dump --format=custom --file=${oneLine(file)} --dbname=${oneLine(parsed.name)}`,
      2,
    );
  const { file: source } = parsed;
  if (source === ':memory:')
    throw new CommandFailure(
      'a database in memory is gone with its process: expected --database sqlite:PATH',
      2,
    );
  if (!existsSync(source))
    throw new CommandFailure(`database ${oneLine(source)}: there is none; expected --database sqlite:PATH`);
  if (existsSync(file) && existsSync(source) && isSame(file, source))
    throw new CommandFailure(`${oneLine(file)}: is the database itself: expected another file`, 2);
  await withWholeFile(file, { force }, async ({ path }, interruption) => {
    try {
      await backupSqlite({ file: source, to: path, interruption });
    } catch (error) {
      throw interruption.aborted ? error : await databaseError(error, database);
    }
  });
  const mebibytes = (statSync(file).size / 2 ** 20).toFixed(1);
  await print([`Backed up ${oneLine(source)} to ${oneLine(file)}: ${mebibytes} MiB, checked.`]);
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [statSync(one), statSync(other)];
  return a.dev === b.dev && a.ino === b.ino;
}
