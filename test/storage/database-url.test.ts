import { describe, expect, test } from 'vitest';
import { databaseFile, databaseName } from '../../src/storage/database-url.ts';

test.each([
  ['sqlite:pinger.db', 'pinger.db'],
  ['sqlite:///var/lib/pinger.db', '/var/lib/pinger.db'],
  ['sqlite::memory:', ':memory:'],
])('%s is the file %s', (url, path) => {
  expect(databaseFile(url)).toBe(path);
});

test.each([
  ['postgres://db.example/pinger', 'postgres://db.example/pinger'],
  ['postgresql://ann:secret@db.example:5433/pinger', 'postgres://ann@db.example:5433/pinger'],
  [
    'postgres://ann:s%40c%2Fr%3At@[2001:db8::1]/pinger?sslmode=verify-full',
    'postgres://ann@[2001:db8::1]/pinger',
  ],
  ['postgres://ann@/pinger?host=/run/postgresql&password=secret', 'postgres://ann@/run/postgresql/pinger'],
  ['postgres://ann:secret@db.example', 'postgres://ann@db.example'],
])('%s is shown as %s', (url, name) => {
  expect(databaseName(url)).toBe(name);
});

test('a server is not a file', () => {
  expect(() => databaseFile('postgres://ann:secret@db.example/pinger')).toThrow(
    'database postgres://ann@db.example/pinger: not a file; this needs a database of SQLite',
  );
});

describe('a URL that is none is refused in one line, without its password', () => {
  test.each([
    ['', 'database "": expected sqlite:PATH'],
    ['pinger.db', 'database "pinger.db": expected sqlite:PATH'],
    ['sqlite:', 'database "sqlite:": expected sqlite:PATH'],
    ['mysql://ann:secret@db/x', 'database "mysql://ann:***@db/x": expected sqlite:PATH'],
    [
      'mysql://ann@db/x?password=secret&a=b',
      'database "mysql://ann@db/x?password=***&a=b": expected sqlite:PATH',
    ],
    [
      'postgres://ann:secret@db:port/x',
      'database "postgres://ann:***@db:port/x": not a URL; expected postgres://',
    ],
    ['postgres://ann:secret/x@db/x', 'database "postgres://ann:***@db/x": not a URL; expected postgres://'],
    ['postgres://ann:sec%ret@db/x', 'database "postgres://ann:***@db/x": not a URL; expected postgres://'],
    ['postgres://ann:secret#@db/x', 'database "postgres://ann:***@db/x": not a URL; expected postgres://'],
    ['postgres://ann:secret@db/a/b', 'the name of the database is not clear'],
  ])('%s', (url, message) => {
    const refused = () => databaseName(url);
    expect(refused).toThrow(message);
    expect(refused).not.toThrow(/secret|sec%ret|\n/);
  });
});
