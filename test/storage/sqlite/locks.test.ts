import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../../src/storage/database.ts';
import { temporaryFolder } from '../../support/files.ts';
import { sqliteMeanwhile } from '../../support/sqlite-shell.ts';

const folder = temporaryFolder();

test('another connection of the same process leaves the first one its locks, and so its log', async () => {
  const file = join(folder(), 'pinger.db');
  const open = async () => {
    const dataSource = await openDatabase(`sqlite:${file}`, { create: true, lockTimeout: 1000 });
    onTestFinished(() => dataSource.destroy());
    return dataSource;
  };
  const first = await open();
  await first.query("INSERT INTO destinations (address) VALUES ('192.0.2.1')");
  await open();
  // Whoever takes himself for the last one deletes the log when he closes the database.
  await sqliteMeanwhile(file, "INSERT INTO destinations (address) VALUES ('192.0.2.2')");
  expect(existsSync(`${file}-wal`)).toBe(true);
  await first.query("INSERT INTO destinations (address) VALUES ('192.0.2.3')");
  expect(await sqliteMeanwhile(file, 'SELECT count(*) FROM destinations')).toBe('3');
});
