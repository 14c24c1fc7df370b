import { execFileSync } from 'node:child_process';
import { beforeEach, expect, test } from 'vitest';
import { entities, migrations } from '../../src/entities/index.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { shell, temporaryDatabase } from '../support/databases.ts';

let url: string;

beforeEach(async () => {
  url = await temporaryDatabase();
});

const open = () => openDatabase(url, { create: true, lockTimeout: 1000 });

test('make every column that the entities have', async () => {
  const database = await open();
  for (const entity of entities) {
    const { tableName, columns } = database.getMetadata(entity);
    const stored = columns
      .filter(({ isVirtualProperty }) => !isVirtualProperty)
      .map((column) => column.databaseName);
    // Whatever is missing is an error.
    await database.query(`SELECT ${stored.map((name) => `"${name}"`).join(', ')} FROM ${tableName}`);
  }
  await database.destroy();
});

test('can be undone one by one and run again, and destinations are kept', async () => {
  const database = await open();
  await database.query("INSERT INTO destinations (address) VALUES ('192.0.2.1')");
  for (let n = 1; n < migrations.length; n++) await database.undoLastMigration({ transaction: 'all' });
  expect(await shell(url, 'SELECT name FROM migrations')).toBe('Tables1732000000000');
  expect(await shell(url, 'SELECT address, interval, active FROM destinations')).toBe('192.0.2.1|1000|1');
  await database.destroy();
  await (await open()).destroy();
  expect(await shell(url, 'SELECT address, port FROM destinations')).toBe('192.0.2.1|');
  await shell(url, "INSERT INTO destinations (address) VALUES ('192.0.2.2')");
  expect(await shell(url, 'SELECT destination_id, op FROM destination_changes')).toBe('2|insert');
});

test("run by TypeORM's command line against ormconfig.ts are accepted", async () => {
  execFileSync('npm', ['run', '--silent', 'typeorm', '--', 'migration:run', '-d', 'ormconfig.ts'], {
    env: { ...process.env, PINGER_DATABASE: url },
    encoding: 'utf8',
  });
  expect(await shell(url, 'SELECT count(*) FROM migrations')).toBe(String(migrations.length));
  await (await open()).destroy();
}, 30_000);
