import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Counters } from '../../src/counters.ts';
import type { TransportName } from '../../src/io/choose-transport.ts';
import { SystemClock } from '../../src/io/clock.ts';
import { loadLibc } from '../../src/io/libc.ts';
import { LinuxTransport } from '../../src/io/linux/linux-transport.ts';
import { SO_RCVBUF, SO_RCVBUFFORCE } from '../../src/io/linux/socket-options.ts';
import { createPinger, type Pinger, type PingerOptions } from '../../src/pinger.ts';
import type { NewResult } from '../../src/storage/store.ts';
import { until } from '../support/command.ts';
import { LogBook } from '../support/fakes.ts';
import { canOpenRawSockets } from '../support/privileges.ts';

let pinger: Pinger | undefined;
let logger: LogBook;
afterEach(async () => {
  await pinger?.stop();
  pinger = undefined;
});

async function start(options: PingerOptions): Promise<NewResult[]> {
  const results: NewResult[] = [];
  logger = new LogBook();
  pinger = createPinger({ database: 'sqlite::memory:', logger, ...options });
  pinger.on('result', (result) => results.push(result));
  await pinger.start();
  return results;
}

async function stop(): Promise<Counters> {
  const stopped = pinger!.stop();
  pinger = undefined;
  return stopped;
}

/** The C library, but for the size of the buffer that what is received waits in: the kernel makes it the least there is. */
const crampedLibc = () => {
  const libc = loadLibc();
  const setsockopt: typeof libc.setsockopt = Object.assign(
    (...[fd, level, option, value, length]: Parameters<typeof libc.setsockopt>) =>
      option === SO_RCVBUF || option === SO_RCVBUFFORCE
        ? libc.setsockopt(fd, level, SO_RCVBUF, Int32Array.of(0), 4)
        : libc.setsockopt(fd, level, option, value, length),
    libc.setsockopt,
  );
  return { ...libc, setsockopt };
};

const loopback = (count: number, changed: object) =>
  Array.from({ length: count }, (_, n) => ({ address: `127.0.1.${n + 1}`, protocol: 3, ...changed }));

describe.skipIf(!canOpenRawSockets())('results that this host has distorted', () => {
  test('timeouts whose answers the kernel had no room for are marked, and replies are not', async () => {
    const clock = new SystemClock();
    const results = await start({
      clock,
      transport: new LinuxTransport(crampedLibc(), clock),
      // All within 20 slots of 5 ms: some ten answers come before the first is read.
      destinations: loopback(200, { interval: 100, timeout: 100 }),
    });
    await until(() => results.filter(({ outcome }) => outcome === 'timeout').length > 100);
    const counters = await stop();
    expect(counters.dropped).toBeGreaterThan(100);
    const waitedFor = results.filter(({ doubt }) => doubt !== 'abandoned');
    const of = (outcome: string) => waitedFor.filter((result) => result.outcome === outcome);
    expect(of('timeout').length).toBeGreaterThan(100);
    expect(new Set(of('timeout').map(({ doubt }) => doubt))).toEqual(new Set(['dropped']));
    expect(of('reply').length).toBeGreaterThan(20);
    expect(new Set(of('reply').map(({ doubt }) => doubt))).toEqual(new Set([null]));
    expect(counters.doubts.dropped).toBe(of('timeout').length);
    expect(logger.of('host.dropping')).toHaveLength(1);
  });

  test('timeouts are not marked where nothing was dropped, however busy the host is', async () => {
    const silent = createSocket('udp4').bind(0, '127.0.0.1');
    onTestFinished(() => void silent.close());
    await once(silent, 'listening');
    const results = await start({
      transport: 'linux',
      destinations: [
        { address: '127.0.0.1', protocol: 1, port: silent.address().port, interval: 50, timeout: 100 },
        ...loopback(200, { interval: 100, timeout: 100 }),
      ],
    });
    const ofSilent = () => results.filter(({ destination_id }) => destination_id === 1);
    await until(() => ofSilent().length >= 10);
    const counters = await stop();
    const waitedFor = ofSilent().filter(({ doubt }) => doubt !== 'abandoned');
    expect(new Set(waitedFor.map(({ outcome, doubt }) => `${outcome} ${doubt}`))).toEqual(
      new Set(['timeout null']),
    );
    expect(counters.dropped).toBe(0);
    expect(counters.receive_queue_max).toBeGreaterThanOrEqual(0);
  });

  /** Holds the process up for 50 ms whenever something has been sent: its answer is there, and not read. */
  async function heldUp(transport: TransportName): Promise<NewResult[]> {
    const results = await start({
      transport,
      destinations: [{ address: '127.0.0.1', protocol: 3, interval: 200, timeout: 1000 }],
    });
    let seen = 0;
    let on = true;
    const hold = () => {
      if (!on) return;
      const { sent } = pinger!.counters();
      if (sent > seen) {
        const end = performance.now() + 50;
        while (performance.now() < end);
      }
      seen = sent;
      setImmediate(hold);
    };
    setImmediate(hold);
    await until(() => results.length >= 5);
    on = false;
    return results;
  }

  test('raw-socket, which knows no time but that of reading, marks what it reads late', async () => {
    const results = await heldUp('raw-socket');
    expect(results.map(({ outcome, doubt }) => `${outcome} ${doubt}`)).toEqual(
      results.map(() => 'reply delayed'),
    );
    for (const { rtt } of results) expect(rtt).toBeGreaterThan(40);
    expect(pinger!.counters()).toMatchObject({ doubts: { delayed: results.length } });
    expect(pinger!.counters().loop_delay_max).toBeGreaterThan(30);
    expect(logger.of('host.delaying')).toHaveLength(1);
  });

  test('the Linux transport has the kernel’s times, and nothing to mark', async () => {
    const results = await heldUp('linux');
    expect(results.map(({ outcome, doubt }) => `${outcome} ${doubt}`)).toEqual(
      results.map(() => 'reply null'),
    );
    for (const { rtt } of results) expect(rtt).toBeLessThan(10);
  });

  test('the Linux transport marks what comes while the wall clock is stepped, whose times are those of reading', async () => {
    const libc = loadLibc();
    let step = 0n;
    const clock_gettime: typeof libc.clock_gettime = Object.assign((id: number, time: BigInt64Array) => {
      const result = libc.clock_gettime(id, time);
      time[0] = (time[0] as bigint) + step;
      return result;
    }, libc.clock_gettime);
    const clock = new SystemClock();
    const results = await start({
      clock,
      transport: new LinuxTransport({ ...libc, clock_gettime }, clock),
      destinations: [{ address: '127.0.0.1', protocol: 3, interval: 50, timeout: 1000 }],
    });
    await until(() => results.length >= 5);
    const before = results.splice(0);
    step = 60n;
    await until(() => results.length >= 5);
    expect(new Set(before.map(({ doubt }) => doubt))).toEqual(new Set([null]));
    expect(new Set(results.map(({ doubt }) => doubt))).toEqual(new Set(['delayed']));
    for (const { rtt } of results) expect(rtt).toBeLessThan(50);
  });

  test('raw-socket marks nothing as long as nothing holds the process up', async () => {
    const results = await start({
      transport: 'raw-socket',
      destinations: [{ address: '127.0.0.1', protocol: 3, interval: 50, timeout: 1000 }],
    });
    await until(() => results.length >= 20);
    // Other processes of this host may hold it up now and then.
    expect(results.filter(({ doubt }) => doubt === null).length).toBeGreaterThan(10);
  });
});
