import { expect, test } from 'vitest';
import { type Living, Service } from '../../src/service/service.ts';
import { LogBook } from '../support/fakes.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { NotifyListener } from '../support/notify-listener.ts';

/** A monitor whose recorder the test leads. */
class FakeMonitor implements Living {
  waiting = 0;
  spilled = 0;
  turns = 0;

  counters() {
    return { sent: 7, waiting: this.waiting, spill_results: this.spilled };
  }

  recorderTurns(): number {
    return this.turns;
  }
}

const made = (environment: NodeJS.ProcessEnv) => {
  const [clock, logger, monitor] = [new ManualClock(), new LogBook(), new FakeMonitor()];
  return { clock, logger, monitor, service: new Service({ environment, clock, logger }) };
};

test.each([undefined, `@pinger-test-${process.pid}`])(
  'a manager is told of the start, of the life and of the end (%s)',
  async (path) => {
    const manager = new NotifyListener(path);
    const environment = {
      NOTIFY_SOCKET: manager.path,
      WATCHDOG_USEC: '60000000',
      WATCHDOG_PID: String(process.pid),
      HOME: '/',
    };
    const { clock, monitor, service } = made(environment);
    // It is not for the commands that the monitor runs.
    expect(environment).toEqual({ HOME: '/' });
    expect(manager.heard()).toEqual([]);
    service.started(monitor);
    expect(manager.heard()).toEqual(['READY=1\nSTATUS=7 probes sent', 'WATCHDOG=1\nSTATUS=7 probes sent']);
    await clock.advance(9999);
    expect(manager.heard()).toHaveLength(2);
    monitor.waiting = 3;
    await clock.advance(1);
    expect(manager.heard().slice(2)).toEqual([
      'WATCHDOG=1\nSTATUS=7 probes sent; 3 results wait for the database',
    ]);
    service.stopping();
    expect(manager.heard().slice(3)).toEqual(['STOPPING=1\nSTATUS=Storing what is left']);
    await clock.advance(120_000);
    expect(manager.heard()).toHaveLength(4);
  },
);

test('a recorder that stands still gives no sign of life, and the log says so once', async () => {
  const manager = new NotifyListener();
  const { clock, logger, monitor, service } = made({
    NOTIFY_SOCKET: manager.path,
    WATCHDOG_USEC: '20000000',
  });
  service.started(monitor);
  const signs = () => manager.heard().filter((message) => message.startsWith('WATCHDOG=1')).length;
  expect(signs()).toBe(1);
  // A database that is away: what waits gets more, but the recorder goes on trying.
  for (let n = 0; n < 10; n++) {
    monitor.waiting += 100;
    monitor.turns++;
    await clock.advance(10_000);
  }
  expect(signs()).toBe(11);
  await clock.advance(29_000);
  expect(signs()).toBe(13);
  await clock.advance(60_000);
  expect(signs()).toBe(13);
  expect(manager.heard().at(-1)).toBe('STATUS=Results are made and not recorded');
  expect(logger.entries.map(({ event }) => event)).toEqual(['recorder.stuck']);
  // A sign of life as soon as there is one, which is not too late yet.
  monitor.turns++;
  await clock.advance(2000);
  expect(signs()).toBe(14);
  service.stopping();
});

test('a manager that does not watch is told what goes on', async () => {
  const manager = new NotifyListener();
  const { clock, monitor, service } = made({ NOTIFY_SOCKET: manager.path, WATCHDOG_PID: '1' });
  service.started(monitor);
  monitor.waiting = 5;
  monitor.spilled = 4;
  await clock.advance(10_000);
  expect(manager.heard().slice(1)).toEqual([
    'STATUS=7 probes sent',
    'STATUS=7 probes sent; 5 results wait for the database, 4 of them on the disk',
  ]);
  service.stopping();
});

test("another process's watchdog is not answered", () => {
  const manager = new NotifyListener();
  const { monitor, service } = made({
    NOTIFY_SOCKET: manager.path,
    WATCHDOG_USEC: '1000',
    WATCHDOG_PID: '1',
  });
  service.started(monitor);
  expect(manager.heard().join()).not.toContain('WATCHDOG');
  service.stopping();
});

test('without a manager nothing happens', () => {
  const { clock, logger, monitor, service } = made({ WATCHDOG_USEC: '1000' });
  service.started(monitor);
  expect(clock.pending).toBe(0);
  service.stopping();
  expect(logger.entries).toEqual([]);
});

test.each(['/nowhere/notify', 'vsock:2:1234', 'x', `/${'x'.repeat(200)}`, ''])(
  'a socket at %j keeps nobody from probing',
  (path) => {
    const { logger, monitor, service } = made({ NOTIFY_SOCKET: path });
    service.started(monitor);
    service.stopping();
    expect(logger.entries.map(({ level, event }) => [level, event])).toEqual(
      path === '' ? [] : [['warn', 'service.unreachable']],
    );
  },
);

test('a manager that does not read holds nobody up', async () => {
  const manager = new NotifyListener();
  const { clock, monitor, service } = made({ NOTIFY_SOCKET: manager.path, WATCHDOG_USEC: '2000' });
  service.started(monitor);
  const start = performance.now();
  await clock.advance(1000);
  expect(performance.now() - start).toBeLessThan(2000);
  service.stopping();
  // As many as the kernel keeps.
  expect(manager.heard().length).toBeLessThan(1000);
});
