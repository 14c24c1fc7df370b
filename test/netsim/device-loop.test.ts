import { afterEach, describe, expect, test } from 'vitest';
import type { PacketDevice } from '../../src/io/tun.ts';
import { DeviceLoop } from '../../src/netsim/device-loop.ts';
import { RealTimeScheduler } from '../../src/netsim/real-time-scheduler.ts';
import { MILLISECOND, SECOND } from '../../src/network/scheduler.ts';

describe('a scheduler in real time', () => {
  test('while something happens, it is the moment that was planned', () => {
    let real = 0;
    const scheduler = new RealTimeScheduler(() => real);
    const seen: [string, number][] = [];
    const see = (what: string) => void seen.push([what, scheduler.now()]);
    scheduler.schedule(200, () => see('second'));
    scheduler.schedule(100, () => {
      see('first');
      scheduler.schedule(scheduler.now() + 50, () => see('between'));
      scheduler.schedule(40, () => see('too late'));
    });
    scheduler.schedule(400, () => see('later'));
    scheduler.advance();
    real = 300;
    scheduler.advance(() => see('work'));
    expect(seen).toEqual([
      ['first', 100],
      ['too late', 100],
      ['between', 150],
      ['second', 200],
      ['work', 300],
    ]);
    expect(scheduler.next()).toBe(400);
    expect(scheduler.now()).toBe(300);
  });

  test('time goes on after a failure', () => {
    const scheduler = new RealTimeScheduler(() => 10);
    scheduler.schedule(5, () => {
      throw new Error('oops');
    });
    expect(() => scheduler.advance()).toThrow('oops');
    expect(scheduler.now()).toBe(10);
  });
});

/** A device that packets are put into by hand. */
class FakeDevice implements PacketDevice {
  readonly packets: Buffer[] = [];
  readable = () => {};
  waited = 0;
  failure: Error | undefined;

  put(text: string): void {
    this.packets.push(Buffer.from(text));
    this.readable();
  }
  read(): Buffer | undefined {
    if (this.failure) throw this.failure;
    return this.packets.shift();
  }
  write(): boolean {
    return true;
  }
  wait(ns: number): void {
    this.waited++;
    const end = performance.now() + ns / MILLISECOND;
    while (performance.now() < end);
  }
  watch(readable: () => void): void {
    this.readable = readable;
  }
  close(): void {}
}

describe('the loop of a device', () => {
  let loop: DeviceLoop | undefined;
  afterEach(() => loop?.stop());

  const start = () => {
    const device = new FakeDevice();
    const startedAt = performance.now();
    const scheduler = new RealTimeScheduler(() => Math.round((performance.now() - startedAt) * MILLISECOND));
    const received: string[] = [];
    const failures: Error[] = [];
    loop = new DeviceLoop(device, scheduler, {
      received: (packet) => void received.push(packet.toString()),
      failed: (error) => void failures.push(error),
    });
    loop.start();
    return { device, scheduler, received, failures };
  };
  const pass = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  test('what is planned never happens before, and not as late as Node’s timers are', async () => {
    const { scheduler } = start();
    const lateness: number[] = [];
    for (let time = 1; time <= 20; time++) {
      const at = time * 7.3 * MILLISECOND;
      scheduler.schedule(at, () => void lateness.push(scheduler.clock() - at));
    }
    await pass(250);
    expect(lateness).toHaveLength(20);
    expect(Math.min(...lateness)).toBeGreaterThanOrEqual(0);
    // Others may be at work here, too.
    expect(lateness.sort((a, b) => a - b)[5]).toBeLessThan(0.2 * MILLISECOND);
  });

  test('many packets at once are all taken, and what they cause happens in turn', async () => {
    const { device, scheduler, received } = start();
    let called = false;
    await pass(5);
    for (let count = 0; count < 1000; count++) device.packets.push(Buffer.from(String(count)));
    scheduler.schedule(scheduler.now() + MILLISECOND, () => {
      called = true;
    });
    device.readable();
    await pass(100);
    expect(received).toEqual([...Array(1000).keys()].map(String));
    expect(called).toBe(true);
  });

  test('it waits for the device itself only for a while after a packet', async () => {
    const { device, scheduler } = start();
    await pass(50);
    expect(device.waited).toBe(0);
    device.put('one');
    await pass(50);
    expect(device.waited).toBeGreaterThan(10);
    // As if it were long ago.
    await pass(2100);
    const waited = device.waited;
    scheduler.schedule(scheduler.now() + 3600 * SECOND, () => {});
    await pass(50);
    expect(device.waited - waited).toBeLessThan(3);
  });

  test('a device that is gone is told of once, and ends it', async () => {
    const { device, scheduler, failures } = start();
    await pass(5);
    device.failure = new Error('gone');
    let called = false;
    scheduler.schedule(scheduler.now() + MILLISECOND, () => {
      called = true;
    });
    device.readable();
    device.readable();
    await pass(20);
    expect(failures.map(({ message }) => message)).toEqual(['gone']);
    expect(called).toBe(false);
  });
});
