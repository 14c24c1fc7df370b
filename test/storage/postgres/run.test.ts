import { describe, expect, test } from 'vitest';
import { pinger } from '../../support/command.ts';
import { shell, temporaryDatabase } from '../../support/databases.ts';
import { canOpenRawSockets } from '../../support/privileges.ts';

describe.skipIf(!canOpenRawSockets())('pinger run', () => {
  test('makes the tables, stores what it measures, and shows no password', async () => {
    const database = await temporaryDatabase();
    const options = ['--source', 'here', '--duration', '1s', '--log-level', 'debug', '--json', '--no-spill'];
    const { code, stdout, stderr } = await pinger(['run', '--database', database, ...options]);
    expect(code).toBe(0);
    const { href, password } = new URL(database);
    const name = href.replace(`:${password}@`, '@');
    expect(stderr).toContain(`Probing as source here (sourceid 0), results go to ${name}.`);
    expect(stderr).toContain(`psql ${name} -c "INSERT INTO destinations`);
    for (const secret of [password, decodeURIComponent(password)])
      expect(stdout + stderr).not.toContain(secret);
    const results = stdout.split('\n').filter((line) => line.includes('"type":"result"'));
    expect(results.length).toBeGreaterThan(0);
    expect(await shell(database, 'SELECT count(*) FROM results')).toBe(String(results.length));
    // A partition is there before the first result is.
    expect(await shell(database, 'SELECT count(*) FROM results_default')).toBe('0');
  });
});
