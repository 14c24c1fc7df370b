import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import sqlite3 from 'sqlite3';
import { describe, expect, test } from 'vitest';
import { SeparateAccess } from '../../src/storage/database-access.ts';
import { DatabaseError } from '../../src/storage/store.ts';
import { temporaryFolder } from '../support/files.ts';
import { serving } from './support.ts';

// Removed last.
const folder = temporaryFolder();
const serve = serving();

const run = (database: sqlite3.Database, sql: string) =>
  new Promise<void>((resolve, reject) => {
    database.exec(sql, (error) => (error ? reject(error) : resolve()));
  });

test('while somebody holds the lock, edits are refused within seconds, and everything else goes on', async () => {
  const file = join(folder(), 'pinger.db');
  const api = await serve({ database: `sqlite:${file}`, source: 'here' });
  await api.ask('POST', 'destinations', { address: '192.0.2.1' });
  const other = new sqlite3.Database(file);
  await run(other, 'BEGIN IMMEDIATE');
  const began = Date.now();
  const problem = await api.problem('POST', 'destinations', { address: '192.0.2.2' });
  expect(problem).toMatchObject({ status: 503, detail: `database ${file}: locked by another process` });
  expect(Date.now() - began).toBeLessThan(10_000);
  for (const path of ['destinations', 'live', 'results', 'statistics', 'monitor', '/healthz'])
    expect((await api.get(path)).status).toBe(200);
  // Nothing could be stored for seconds, of a destination that is probed every second.
  expect(await api.problem('GET', '/readyz')).toMatchObject({
    status: 503,
    detail: 'not ready: the database takes no results',
  });
  await run(other, 'ROLLBACK');
  expect((await api.ask('POST', 'destinations', { address: '192.0.2.2' })).status).toBe(201);
  other.close();
});

describe('a server that takes connections and never answers', () => {
  test('keeps nobody waiting for ever, and access to it ends', { timeout: 60_000 }, async () => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => sockets.add(socket.on('error', () => undefined)));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as { port: number };
    const access = new SeparateAccess(`postgres://user:secret@127.0.0.1:${port}/pinger`);
    const began = Date.now();
    const asked = Array.from({ length: 10 }, () => access.read((data) => data.query('SELECT 1')));
    const answers = await Promise.allSettled([...asked, access.edit((manager) => manager.query('SELECT 1'))]);
    expect(Date.now() - began).toBeLessThan(25_000);
    for (const answer of answers) {
      const { reason } = answer as PromiseRejectedResult;
      expect(reason).toBeInstanceOf(DatabaseError);
      expect(reason.message).toMatch(/the server cannot be reached|busy, others wait as well/);
      expect(reason.message).not.toContain('secret');
    }
    const last = access.read((data) => data.query('SELECT 1')).catch((error: Error) => error);
    const closing = Date.now();
    await access.close();
    expect(Date.now() - closing).toBeLessThan(8000);
    expect(await last).toBeInstanceOf(DatabaseError);
    for (const socket of sockets) socket.destroy();
    await new Promise((closed) => server.close(closed));
  });
});

test('who has gone before his turn is not worked for', async () => {
  const api = await serve({ database: `sqlite:${join(folder(), 'pinger.db')}`, source: 'here' });
  const access = new SeparateAccess(`sqlite:${join(folder(), 'pinger.db')}`);
  let goOn = () => {};
  const busy = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const first = [1, 2].map(() => access.read(() => busy));
  let worked = false;
  const gone = new AbortController();
  const work = async () => {
    worked = true;
  };
  const second = access.read(work, { signal: gone.signal });
  const refused = expect(second).rejects.toThrow(/aborted/);
  gone.abort();
  goOn();
  await Promise.all(first);
  await refused;
  expect(worked).toBe(false);
  await access.close();
  await expect(access.read(async () => 1)).rejects.toThrow(/closed/);
  expect((await api.get('/healthz')).status).toBe(200);
});
