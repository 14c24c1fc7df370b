import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { describe, expect, test } from 'vitest';
import { migrations } from '../../../src/entities/index.ts';
import { dataSourceOptions, openDatabase } from '../../../src/storage/database.ts';
import { temporaryFolder } from '../../support/files.ts';
import { sqlite } from '../../support/sqlite-shell.ts';

const folder = temporaryFolder();
const file = () => join(folder(), 'pinger.db');
const open = (path = file()) => openDatabase(`sqlite:${path}`, { create: true, lockTimeout: 1000 });
const make = async (path = file()) => (await open(path)).destroy();

describe('migrations', () => {
  test('run by themselves, and what they make is what the entities say', async () => {
    const database = await open();
    const { upQueries } = await database.driver.createSchemaBuilder().log();
    const missing = upQueries.map(({ query }) => query).filter((query) => query.includes('ADD'));
    await database.destroy();
    expect(missing).toEqual([]);
  });

  test('can be undone, one by one, without loss of what was there before', async () => {
    const database = await open();
    await database.query("INSERT INTO destinations (address) VALUES ('192.0.2.1')");
    await database.query('INSERT INTO results (id, rtime, rtt, rid, rseq) VALUES (7, 123, 1.5, 2, 3)');
    for (let n = 1; n < migrations.length; n++) await database.undoLastMigration({ transaction: 'all' });
    expect(await database.query('SELECT * FROM destinations')).toEqual([
      {
        id: 1,
        active: 1,
        address: '192.0.2.1',
        protocol: 3,
        interval: 1000,
        timeout: 1000,
        ttl: 64,
        data: '',
      },
    ]);
    expect(await database.query('SELECT id, rtime, rtt, rid, rseq FROM results')).toEqual([
      { id: 7, rtime: 123, rtt: 1.5, rid: 2, rseq: 3 },
    ]);
    await database.destroy();
  });

  test('have results found by destination without reading the others', async () => {
    await make();
    const plan = sqlite(
      file(),
      'EXPLAIN QUERY PLAN SELECT rtt FROM results WHERE destination_id = 7 AND rtime > 5',
    );
    expect(plan).toContain('SEARCH kind USING INDEX result_kinds_destination (destination_id=?)');
    expect(plan).toContain('SEARCH sorted USING PRIMARY KEY (chunk_id=? AND kind_id=?)');
  });

  test('bring a database of an older version up to date without loss', async () => {
    const old = new DataSource({
      ...(await dataSourceOptions(`sqlite:${file()}`)),
      migrations: migrations.slice(0, 1),
    });
    await old.initialize();
    await old.runMigrations();
    await old.query("INSERT INTO destinations (address, protocol, interval) VALUES ('192.0.2.1', 3, 7)");
    await old.query(
      "INSERT INTO results (rtime, address, rtt, rid, rseq) VALUES (1700000000123456789, '192.0.2.1', 1.5, 2, 3)",
    );
    await old.query('INSERT INTO results (rtime, rid, rseq) VALUES (1700000000123456790, 2, 4)');
    await old.query(
      "INSERT INTO results (id, rtime, rtt, rseq) VALUES (40000, 1700000000123456791, 'nonsense', 5)",
    );
    await old.destroy();
    await make();
    expect(sqlite(file(), 'SELECT address, interval, port, source_id FROM destinations')).toBe(
      '192.0.2.1|7||',
    );
    expect(sqlite(file(), 'SELECT rtime, rtt, rseq, outcome FROM results').split('\n')).toEqual([
      '1700000000123456789|1.5|3|reply',
      '1700000000123456790||4|timeout',
      '1700000000123456791||5|reply',
    ]);
    sqlite(file(), 'INSERT INTO results (rtime) VALUES (1)');
    expect(sqlite(file(), 'SELECT id FROM results ORDER BY id')).toBe('1\n2\n40000\n40001');
  });

  test("run by TypeORM's command line against ormconfig.ts", () => {
    const env = { ...process.env, PINGER_DATABASE: `sqlite:${file()}` };
    const typeorm = (...command: string[]) =>
      execFileSync('npm', ['run', '--silent', 'typeorm', '--', ...command, '-d', 'ormconfig.ts'], {
        env,
        encoding: 'utf8',
      });
    typeorm('migration:run');
    expect(typeorm('migration:show')).toMatch(/\[X\] 1 Tables.*\n.*\[X\] 2 Links/);
    expect(sqlite(file(), 'SELECT count(*) FROM destinations')).toBe('0');
  }, 30_000);

  test('made by the command line are accepted', async () => {
    const made = new DataSource(await dataSourceOptions(`sqlite:${file()}`));
    await made.initialize();
    await made.runMigrations();
    await made.destroy();
    await expect(make()).resolves.toBeUndefined();
  });
});

describe('a database that is not to be used is refused in one line, and not touched', () => {
  const refused = async (path: string, why: string | RegExp, create = true) => {
    const before = statSync(path, { throwIfNoEntry: false })?.isFile() ? readFileSync(path) : undefined;
    const failure = await openDatabase(`sqlite:${path}`, { create, lockTimeout: 100 }).then(
      () => undefined,
      (error: Error) => error,
    );
    expect(failure?.name).toBe('DatabaseError');
    expect(failure?.message).toMatch(why);
    expect(failure?.message.startsWith(`database ${path}: `)).toBe(true);
    expect(failure?.message).not.toContain('\n');
    if (before) expect(readFileSync(path).equals(before)).toBe(true);
  };

  test("somebody else's", async () => {
    sqlite(file(), 'CREATE TABLE notes (text)');
    await refused(file(), "not pinger's (it has the tables notes)");
  });

  test('a file of another kind', async () => {
    writeFileSync(file(), 'Dear diary, today I pinged a host.');
    await refused(file(), 'not a SQLite database');
  });

  test('one of a newer version', async () => {
    await make();
    sqlite(file(), "INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'Future9999999999999')");
    await refused(file(), 'made by a newer version of pinger (it has Future9999999999999); update pinger');
  });

  test('a damaged one', async () => {
    await make();
    sqlite(file(), 'PRAGMA journal_mode = DELETE');
    const bytes = readFileSync(file());
    bytes.fill(0xa5, 4096, 4096 * 3);
    writeFileSync(file(), bytes);
    await refused(file(), 'damaged');
  });

  test('one in a folder that is not there', () =>
    refused(join(folder(), 'no', 'pinger.db'), 'does not exist'));

  test('a folder', async () => {
    mkdirSync(join(folder(), 'sub'));
    await refused(join(folder(), 'sub'), 'not a file');
  });

  test('none at all, for a command that only reads', () => refused(file(), 'there is none yet', false));

  test('one that this user may not use', async () => {
    await make();
    mkdirSync(join(folder(), 'closed'));
    chmodSync(folder(), 0o755);
    chmodSync(join(folder(), 'closed'), 0o555);
    chmodSync(file(), 0o000);
    // Root may do everything, so that another user has to try.
    const script = `
      const { openDatabase } = await import(${JSON.stringify(join(process.cwd(), 'dist/storage/database.js'))});
      process.setgid(65534); process.setuid(65534);
      for (const path of ${JSON.stringify([file(), join(folder(), 'closed', 'pinger.db')])})
        await openDatabase('sqlite:' + path, { create: true, lockTimeout: 100 }).catch((error) => console.log(error.message));
    `;
    const said = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
      .trim()
      .split('\n');
    chmodSync(file(), 0o644);
    expect(said).toEqual([
      `database ${file()}: this user may not read and write it`,
      `database ${join(folder(), 'closed', 'pinger.db')}: the folder ${join(folder(), 'closed')} cannot be written to`,
    ]);
  });
});
