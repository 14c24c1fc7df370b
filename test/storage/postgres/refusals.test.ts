import { createServer } from 'node:net';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../../src/storage/database.ts';
import { databaseName } from '../../../src/storage/database-url.ts';
import { problemOfServer } from '../../../src/storage/postgres/dialect.ts';
import { pinger } from '../../cli/support.ts';
import { pinger as runPinger } from '../../support/command.ts';
import { shell, temporaryDatabase } from '../../support/databases.ts';

let url: string;

beforeEach(async () => {
  url = await temporaryDatabase();
});

const make = async () => (await openDatabase(url, { create: true, lockTimeout: 1000 })).destroy();

/** The same server, or the same database, with something else about it. */
const changed = (change: (url: URL) => void): string => {
  const other = new URL(url);
  change(other);
  return other.href;
};

/** What a command says, which is one line without the password. */
async function refused(of: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await pinger(
    of,
    ...(args.length > 0 ? args : ['destinations', 'add', '192.0.2.1']),
  );
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr.trim().split('\n')).toHaveLength(1);
  const name = databaseName(of);
  expect(stderr.startsWith(`database ${name}: `)).toBe(true);
  expect(stderr).not.toContain(new URL(of).password);
  return stderr.slice(`database ${name}: `.length).trim();
}

const transient = (of: string): Promise<boolean | undefined> =>
  openDatabase(of, { create: true, lockTimeout: 100 }).then(
    () => undefined,
    (error: { transient: boolean }) => error.transient,
  );

describe('a server', () => {
  test('that is not there', async () => {
    const nobody = changed((other) => {
      other.port = '1';
    });
    expect(await refused(nobody)).toBe('the server cannot be reached (connect ECONNREFUSED 127.0.0.1:1)');
    expect(await transient(nobody)).toBe(true);
  });

  test('that takes a connection and says nothing', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening));
    onTestFinished(() => void silent.close());
    const address = silent.address();
    const of = changed((other) => {
      other.port = String(typeof address === 'object' && address?.port);
    });
    expect(await refused(of)).toContain('the server cannot be reached (Connection terminated');
  });

  test('that refuses the password', async () => {
    const wrong = changed((other) => {
      other.password = 'wrong';
    });
    expect(await refused(wrong)).toBe(
      'password authentication failed for user "postgres"; a password is given in the URL, in PGPASSWORD or in ~/.pgpass',
    );
    expect(await transient(wrong)).toBe(false);
  });

  test('that asks for a password where none is given', async () => {
    const none = changed((other) => {
      other.password = '';
    });
    const started = performance.now();
    const { code, stderr } = await runPinger(['destinations', 'list', '--database', none]);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^pinger: database .*: the server asks for a password; a password is given in the URL.*\n$/,
    );
    // The server would wait for a minute.
    expect(performance.now() - started).toBeLessThan(15_000);
  });

  test('that has no such database', async () => {
    const missing = changed((other) => {
      other.pathname = '/nowhere';
    });
    expect(await refused(missing)).toBe(
      'database "nowhere" does not exist; make it first, with CREATE DATABASE or createdb',
    );
    expect(await transient(missing)).toBe(false);
  });

  test('that is too old', () => {
    const server = { number: '130014', version: '13.14 (Debian)', schema: 'public' };
    expect(problemOfServer(server)).toBe('the server is PostgreSQL 13.14 (Debian); pinger needs 14 or newer');
    expect(problemOfServer({ ...server, number: '140000' })).toBeUndefined();
  });

  test('where there is no schema to work in', async () => {
    const of = changed((other) => other.searchParams.set('options', '-c search_path=nowhere'));
    expect(await refused(of)).toBe('search_path names no schema that there is; make it with CREATE SCHEMA');
  });
});

describe('a database', () => {
  test("that is somebody else's, which is not touched", async () => {
    await shell(
      url,
      'CREATE TABLE notes (text text); CREATE TABLE migrations (id serial, timestamp bigint, name text)',
    );
    await shell(url, "INSERT INTO migrations (timestamp, name) VALUES (1, 'Notes1')");
    expect(await refused(url)).toBe(
      "not pinger's (it has the tables migrations, notes); make a database, or a schema, for pinger alone",
    );
    expect(await shell(url, 'SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()')).toBe('2');
  });

  test('that is shared, but has a schema for pinger', async () => {
    await shell(url, 'CREATE TABLE notes (text text); CREATE SCHEMA pinger');
    const of = changed((other) => other.searchParams.set('options', '-c search_path=pinger'));
    expect(await pinger(of, 'destinations', 'add', '192.0.2.1')).toMatchObject({ code: 0, stderr: '' });
    expect(await shell(url, 'SELECT address FROM pinger.destinations')).toBe('192.0.2.1');
    expect(await shell(url, 'SELECT destination_id FROM pinger.destination_changes')).toBe('1');
  });

  test('of a newer pinger', async () => {
    await make();
    await shell(
      url,
      "INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Future9999999999999')",
    );
    expect(await refused(url)).toBe(
      'made by a newer version of pinger (it has Future9999999999999); update pinger',
    );
  });

  test('of which a table has gone', async () => {
    await make();
    await shell(url, 'DROP TABLE destinations');
    expect(await refused(url)).toBe(
      'the table destinations is missing, although it was made once; restore a backup, or start anew with an empty database',
    );
  });

  test('of which the schema was only half restored', async () => {
    await make();
    await shell(url, "DELETE FROM migrations WHERE name NOT LIKE 'Tables%'; DROP TABLE results CASCADE");
    expect(await refused(url)).toContain('the table results is missing');
  });

  test('in which this user may make no tables', async () => {
    const role = `limited_${process.pid}`;
    await shell(url, `CREATE ROLE ${role} LOGIN PASSWORD 'secret'`);
    onTestFinished(async () => void (await shell(url, `DROP OWNED BY ${role}; DROP ROLE ${role}`)));
    const of = changed((other) => {
      other.username = role;
      other.password = 'secret';
    });
    expect(await refused(of)).toMatch(
      /^permission denied for schema public; pinger makes its own tables at the first start, for which its user needs the rights CREATE and USAGE/,
    );
    expect(await transient(of)).toBe(false);
  });

  test('that is empty, for a command that only reads', async () => {
    expect(await refused(url, 'destinations', 'list')).toBe('there is none yet; "pinger run" makes it');
    expect(await shell(url, 'SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()')).toBe('0');
  });
});

test('a URL of another kind is wrong usage, and its password is not shown', async () => {
  const { code, stderr } = await pinger('mysql://ann:secret@db/x', 'destinations', 'list');
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /^database "mysql:\/\/ann:\*\*\*@db\/x": expected sqlite:PATH, .* or postgres:\/\/.*\n$/,
  );
});

test('nothing of an interrupted migration stays, and the next start makes it', async () => {
  // Somebody's function stands in the way of the third statement or so of the second migration.
  await shell(
    url,
    'CREATE FUNCTION pinger_destinations_edited() RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$',
  );
  expect(await refused(url)).toContain('pinger_destinations_edited');
  expect(await shell(url, "SELECT count(*) FROM pg_tables WHERE tablename IN ('sources', 'results')")).toBe(
    '0',
  );
  await shell(url, 'DROP FUNCTION pinger_destinations_edited()');
  await make();
});
