import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createPinger, type Pinger, type PingerOptions } from '../../src/pinger.ts';
import type { NewResult } from '../../src/storage/store.ts';
import { until } from '../support/command.ts';
import { temporaryFolder } from '../support/files.ts';
import { canOpenRawSockets, hasProgram } from '../support/privileges.ts';
import { sqlite, sqliteMeanwhile } from '../support/sqlite-shell.ts';
import { TELLS_HOP_LIMIT, TRANSPORT } from '../support/transport.ts';

const folder = temporaryFolder();
const file = () => join(folder(), 'pinger.db');
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

let running: Pinger | undefined;
let other: ChildProcess | undefined;

afterEach(async () => {
  other?.kill();
  if (running && running.state !== 'stopped') await running.stop();
});

async function begin(options: PingerOptions): Promise<NewResult[]> {
  const results: NewResult[] = [];
  running = createPinger({ database: `sqlite:${file()}`, transport: TRANSPORT, ...options });
  running.on('result', (result) => results.push(result));
  await running.start();
  return results;
}

const stop = async () => (await running?.stop()) as Awaited<ReturnType<Pinger['stop']>>;
const query = (sql: string) => sqlite(file(), sql).split('\n');

/** Probes that left, by the table alone. */
const SENT = "outcome IN ('reply', 'refused', 'unreachable', 'ttl_exceeded', 'timeout')";

describe.skipIf(!canOpenRawSockets())('on loopback', () => {
  test('IPv4 and IPv6 answer, and every column says what happened', async () => {
    const started = BigInt(Date.now()) * 1_000_000n;
    await begin({
      source: 'here',
      destinations: [
        { address: '127.0.0.1', protocol: 3, interval: 100, data: 'hello' },
        { address: '::1', protocol: 6, interval: 100, data: '' },
      ],
    });
    await sleep(650);
    const counters = await stop();
    const rows =
      query(`SELECT destination_id, outcome, address, rtype, rcode, icmptype, rid, datamatch, rttl, source_id,
      rsite, rhost, rtt > 0 AND rtt < 100, rtime > ${started} AND rtime < ${started + 10_000_000_000n}
      FROM results GROUP BY 1, 2`);
    expect(rows).toEqual([
      '1|reply|127.0.0.1|1|0|0|1|1|64|1|0|0|1|1',
      `2|reply|::1|58|0|129|1|1|${TELLS_HOP_LIMIT ? 64 : ''}|1|0|0|1|1`,
    ]);
    const sequences = query('SELECT rseq FROM results WHERE destination_id = 1 ORDER BY id').map(Number);
    expect(sequences).toEqual(sequences.map((_, n) => n));
    expect(sequences.length).toBeGreaterThanOrEqual(6);
    // Others on this host may ping it, too: that nothing is foreign is tested in networks of the tests' own.
    expect(counters).toMatchObject({ dropped: 0, missed: 0, lost: 0 });
    expect(counters.stored).toBe(counters.sent);
  });

  test('two destinations with one address never take each other’s answers', async () => {
    await begin({});
    await sqliteMeanwhile(
      file(),
      `INSERT INTO destinations (address, interval, data) VALUES
        ('127.0.0.1', 40, 'first'), ('127.0.0.1', 50, 'second'), ('127.0.0.1', 50, 'second')`,
    );
    await sleep(1500);
    await stop();
    expect(query('SELECT DISTINCT destination_id, rid, outcome, datamatch FROM results ORDER BY 1')).toEqual([
      '1|1|reply|1',
      '2|2|reply|1',
      '3|3|reply|1',
    ]);
  });

  test.skipIf(!hasProgram('ping'))(
    'another process that pings the same host meanwhile changes nothing',
    async () => {
      other = spawn('ping', ['-q', '-i', '0.002', '-c', '1000', '127.0.0.1'], { stdio: 'ignore' });
      const results = await begin({ destinations: [{ address: '127.0.0.1', protocol: 3, interval: 20 }] });
      await sleep(1500);
      const counters = await stop();
      expect(counters.foreign).toBeGreaterThan(100);
      expect(results.length).toBe(counters.sent);
      expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['reply']));
    },
  );

  test('everything sent is accounted for under load, from the table alone', async () => {
    const alive = Array.from({ length: 300 }, (_, n) => ({
      address: `127.9.0.${n + 1}`,
      protocol: 3,
      interval: 50,
    }));
    await begin({
      destinations: [
        ...alive,
        // Raw sockets do not send to it without SO_BROADCAST.
        { address: '255.255.255.255', protocol: 3, interval: 50 },
      ],
    });
    await sleep(3000);
    const counters = await stop();
    expect(Number(query(`SELECT count(*) FROM results WHERE ${SENT}`)[0])).toBe(counters.sent);
    expect(counters.sent).toBeGreaterThan(10_000);
    const gaps =
      query(`SELECT count(*) FROM (SELECT rseq - lag(rseq) OVER (PARTITION BY destination_id ORDER BY rseq) AS step
      FROM results WHERE outcome NOT IN ('late', 'duplicate')) WHERE step <> 1`);
    expect(gaps).toEqual(['0']);
    expect(query('SELECT DISTINCT outcome FROM results WHERE destination_id = 301')).toEqual(['unsent']);
  });

  test('edits by another process take effect within a second, and nobody else’s schedule moves', async () => {
    const results = await begin({
      destinations: [
        { address: '127.0.0.1', protocol: 3, interval: 100 },
        { address: '127.0.0.2', protocol: 3, interval: 100 },
      ],
    });
    const of = (id: number) => results.filter(({ destination_id }) => destination_id === id);
    await until(() => of(1).length > 3 && of(2).length > 3);

    let edited = Date.now();
    await sqliteMeanwhile(file(), "INSERT INTO destinations (address, interval) VALUES ('127.0.0.3', 100)");
    await until(() => of(3).length > 0);
    expect(Date.now() - edited).toBeLessThan(1000);

    edited = Date.now();
    await sqliteMeanwhile(file(), "UPDATE destinations SET address = '127.0.0.4' WHERE id = 3");
    await until(() => of(3).at(-1)?.address === '127.0.0.4');
    expect(Date.now() - edited).toBeLessThan(1000);

    for (const sql of [
      'UPDATE destinations SET active = 0 WHERE id = 3',
      'DELETE FROM destinations WHERE id = 2',
    ]) {
      const id = sql.includes('DELETE') ? 2 : 3;
      await sqliteMeanwhile(file(), sql);
      await sleep(1000);
      const count = of(id).length;
      await sleep(500);
      expect(of(id).length).toBe(count);
    }
    const counters = await stop();
    expect(results.every(({ outcome }) => outcome === 'reply')).toBe(true);
    expect(results.length).toBe(counters.sent);
    expect(counters.missed).toBe(0);
    // All on one grid of 100 ms: what lies between two answers is a multiple of it, but for lateness.
    const times = of(1).map(({ rtime }) => Number(rtime / 1000n) / 1000);
    for (const [n, time] of times.entries())
      expect(Math.abs(time - (times[0] as number) - n * 100)).toBeLessThan(60);
  });

  test.skipIf(!hasProgram('sqlite3'))(
    'a database locked for 10 s loses nothing and stops no probe',
    async () => {
      const results = await begin({ destinations: [{ address: '127.0.0.1', protocol: 3, interval: 20 }] });
      await until(() => results.length > 20);
      other = spawn('sqlite3', [file()], { stdio: ['pipe', 'ignore', 'inherit'] });
      other.stdin?.write('.timeout 5000\nBEGIN IMMEDIATE;\n');
      await sleep(500);
      const before = results.length;
      const stored = running?.counters().stored as number;
      await sleep(10_000);
      expect(results.length - before).toBeGreaterThan(480);
      expect(running?.counters().stored).toBeLessThan(stored + 40);
      other.stdin?.end('COMMIT;\n');
      await sleep(500);
      const counters = await stop();
      expect(counters).toMatchObject({ stored: results.length, lost: 0, missed: 0 });
      expect(Number(query('SELECT count(*) FROM results')[0])).toBe(results.length);
    },
    30_000,
  );
});
