import { DatabaseError } from './store.ts';

/** The default database: a file in the current folder. */
export const DEFAULT_DATABASE = 'sqlite:pinger.db';

const EXPECTED = `expected sqlite:PATH, such as ${DEFAULT_DATABASE}, sqlite::memory:, or postgres://USER:PASSWORD@HOST:PORT/DATABASE`;

/** A database, as its URL names it. */
export type DatabaseUrl =
  | {
      readonly type: 'sqlite';
      /** What people are told: the file. */
      readonly name: string;
      /** The file, or `:memory:`. */
      readonly file: string;
    }
  | {
      readonly type: 'postgres';
      /** What people are told: the URL without password and parameters, which may hold secrets. */
      readonly name: string;
      /** As the driver takes it. */
      readonly url: string;
    };

/** What a URL says. Throws DatabaseError for one of another kind; a password is never part of what it says. */
export function parseDatabaseUrl(url: string): DatabaseUrl {
  const [, file] = /^sqlite:(?:\/\/)?(.+)$/.exec(url) ?? [];
  if (file) return { type: 'sqlite', name: file, file };
  if (!/^postgres(ql)?:\/\//i.test(url))
    throw new DatabaseError(`database "${withoutSecrets(url)}": ${EXPECTED}`, false);
  return { type: 'postgres', name: nameOf(url), url };
}

/** What people are told of a database: a file, or a URL without its password. Throws DatabaseError. */
export const databaseName = (url: string): string => parseDatabaseUrl(url).name;

/** The file that a URL names, or `:memory:`. Throws DatabaseError for a URL of another kind, and for one of a server. */
export function databaseFile(url: string): string {
  const parsed = parseDatabaseUrl(url);
  if (parsed.type === 'sqlite') return parsed.file;
  throw new DatabaseError(`database ${parsed.name}: not a file; this needs a database of SQLite`, false);
}

function nameOf(url: string): string {
  const malformed = (what: string) =>
    new DatabaseError(
      `database "${withoutSecrets(url)}": ${what}; expected postgres://USER:PASSWORD@HOST:PORT/DATABASE, where characters such as @, : and / of a password are written as %40, %3A and %2F`,
      false,
    );
  let parsed: URL;
  try {
    // A user at no host, whose server's socket is in the folder that a parameter names, is no URL but to the driver.
    parsed = new URL(url.replace('@/', '@socket/'));
    for (const part of [parsed.username, parsed.password, parsed.hostname, parsed.pathname])
      decodeURIComponent(part);
  } catch {
    throw malformed('not a URL');
  }
  if (parsed.pathname.indexOf('/', 1) > 0 || parsed.hash !== '')
    throw malformed('the name of the database is not clear');
  const { username, port, pathname, searchParams } = parsed;
  const host = searchParams.get('host') ?? decodeURIComponent(parsed.hostname);
  return `postgres://${username && `${username}@`}${host}${port && `:${port}`}${pathname === '/' ? '' : pathname}`;
}

/** A URL as it may be shown. What is before the last @ counts as the password: it may have been written as it is. */
const withoutSecrets = (url: string): string =>
  url
    .replace(/(:\/\/[^:/?#@]*):.*@/s, '$1:***@')
    .replace(/([?&][^=&]*password=)[^&#]*/gi, '$1***')
    .replace(/\s+/g, ' ');
