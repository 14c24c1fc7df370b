import { expect, inject, test } from 'vitest';
import { examinePostgres } from '../../src/doctor/postgres-findings.ts';
import { addResults, connection } from '../cli/support.ts';
import { temporaryDatabase } from '../support/databases.ts';

const now = 1_732_000_000_000;

test('an empty database, then one with destinations and results', async () => {
  const url = await temporaryDatabase();
  expect((await examinePostgres(url, now)).findings).toEqual([
    {
      check: 'database',
      status: 'warn',
      message: expect.stringMatching(
        /^postgres:\/\/.*: [\d.]+ MiB, PostgreSQL \d+.*, nothing of pinger's yet$/,
      ),
      advice: '"pinger run" makes it',
    },
  ]);
  const dataSource = await connection(url);
  await dataSource.query(
    "INSERT INTO destinations (address, ttl) VALUES ('example.com', 64), ('192.0.2.1', 0)",
  );
  await addResults(dataSource, [{ rtime: `${now - 3000}000000` }]);
  const { findings, load } = await examinePostgres(url, now);
  expect(findings.slice(1).map(({ check, status, message }) => `${check} ${status}: ${message}`)).toEqual([
    expect.stringMatching(/^migrations ok: all \d+ have run$/),
    'destinations warn: destination 2 cannot be probed: ttl 0: expected a whole number from 1 to 255',
    'destinations ok: 1 of 2 are probed, 1 probes a second',
    'results ok: the newest is 3 s old',
  ]);
  expect(load).toEqual({ destinations: 1, rate: 1, ports: false, ipv6: false, names: true });
  await dataSource.query('DELETE FROM migrations WHERE id = (SELECT max(id) FROM migrations)');
  expect((await examinePostgres(url, now)).findings[1]?.message).toMatch(/^1 of \d+ have not run yet$/);
});

test.each([
  ['nobody there', () => 'postgres://user:secret@127.0.0.1:1/pinger', /ECONNREFUSED/],
  ['no such database', () => `${inject('postgres')}_missing`, /does not exist/],
])('%s is a failure in one line, without the password', async (_, url, why) => {
  const { findings } = await examinePostgres(url(), now);
  expect(findings).toHaveLength(1);
  expect(findings[0]).toMatchObject({
    check: 'database',
    status: 'fail',
    message: expect.stringMatching(why),
  });
  expect(JSON.stringify(findings)).not.toContain(new URL(url()).password);
});
