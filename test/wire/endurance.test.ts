import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Protocol } from '../../src/entities/protocol.ts';
import { Running } from '../support/command.ts';
import { temporaryFolder } from '../support/files.ts';
import { INTERNET, Internet, type MemoryLine } from '../support/internet.ts';
import { canMakeNamespaces } from '../support/privileges.ts';
import type { CountersLine } from '../support/prober.ts';

const { target } = INTERNET;

const PORTS = [80, 81, 82, 83, 84, 85, 86, 87, 88, 89];

/** What one destination sends in an hour at the default interval. */
const HOUR = 3600;

/**
 * Probes of each destination after which nothing is kept but what takes the place of something: those of the last 10 s
 * and a timeout, in a ring of 2,048.
 */
const WARM = 2300;

/** What may be in use after HOUR beyond what was after WARM, bytes: not 40 for each probe between. */
const TOLERANCE = 2 ** 20;

/** The same of resident memory, which a collector gives back when it likes. */
const RESIDENT_TOLERANCE = 16 * 2 ** 20;

describe.skipIf(!canMakeNamespaces())('an hour of TCP probing', () => {
  const folder = temporaryFolder();
  let internet: Internet;

  beforeAll(async () => {
    internet = new Internet();
    await internet.serve('target', { tcp: PORTS });
  });
  afterAll(() => internet?.close());

  const sockets = (host: 'source' | 'target', ...filter: string[]) =>
    internet
      .run(host, 'ss', '-H', '-an', ...filter)
      .split('\n')
      .filter(Boolean);

  test('leaves no socket but the raw ones, no connection at the target, and no more memory in use', async () => {
    const destinations = PORTS.flatMap((port) =>
      ([4, 6] as const).map((family) => ({
        address: target[family],
        protocol: family === 4 ? Protocol.TCP : Protocol.TCP6,
        port,
        interval: 5,
        timeout: 100,
        ttl: 64,
        data: '',
      })),
    );
    const results = [WARM, HOUR].map((each) => each * destinations.length);
    const database = `sqlite:${join(folder(), 'pinger.db')}`;
    const running = new Running(await internet.endure({ database, destinations, results }));
    const memory = async (index: number): Promise<MemoryLine> => {
      await running.until(new RegExp(`"results":${results[index]},"rss"`), 30_000);
      return JSON.parse(running.stdout.split('\n').filter(Boolean).at(-1) as string);
    };
    const files = () => readdirSync(`/proc/${running.child.pid}/fd`).length;

    const warm = await memory(0);
    const filesWhenWarm = files();
    const end = await memory(1);
    expect(files()).toBe(filesWhenWarm);
    expect(end.heap - warm.heap).toBeLessThan(TOLERANCE);
    expect(end.rss - warm.rss).toBeLessThan(RESIDENT_TOLERANCE);

    expect(sockets('source', '-tu')).toEqual([]);
    // ICMP and TCP, of IPv4 and IPv6, one to receive and one to send.
    expect(sockets('source', '-w')).toHaveLength(8);
    const listening = sockets('target', '-t', 'state', 'listening');
    expect(listening.map((line) => line.trim().split(/\s+/)[0])).toEqual(PORTS.map(() => '0'));

    running.child.stdin?.end();
    const { code, stdout } = await running.finished;
    expect(code).toBe(0);
    const counters = JSON.parse(stdout.trim().split('\n').at(-1) as string) as CountersLine;
    expect(counters.sent).toBeGreaterThanOrEqual(HOUR * destinations.length);
    // Every SYN was answered once; some too late, while the collector was made to run.
    expect(counters).toMatchObject({
      foreign: 0,
      dropped: 0,
      received: counters.sent,
      stored: counters.results,
    });
    expect(sockets('source', '-w')).toEqual([]);
    // Not while it probes: a look may fall between a SYN-ACK and the reset that answers it. One that none answers stays
    // for a minute.
    expect(sockets('target', '-t', 'state', 'connected')).toEqual([]);
  }, 60_000);
});
