import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, expect, test } from 'vitest';
import { SourceAddresses } from '../../src/io/source-addresses.ts';
import { ManualClock } from '../support/manual-clock.ts';

let clock: ManualClock;
let sources: SourceAddresses;
beforeEach(() => {
  clock = new ManualClock();
  sources = new SourceAddresses(clock);
});

const find = (address: string) =>
  new Promise<unknown>((resolve) => sources.find(address, 9, (found) => resolve(found)));

/** Whether the answer comes before the call returns. */
function isKnown(address: string): boolean {
  let known = false;
  sources.find(address, 9, () => {
    known = true;
  });
  return known;
}

const udpSockets = () => process.getActiveResourcesInfo().filter((name) => name === 'UDPWRAP').length;

test('a host is reached from the address that the routing table says, and loopback from itself', async () => {
  expect(await find('127.0.0.1')).toEqual({ source: '127.0.0.1' });
  expect(await find('127.1.2.3')).toEqual({ source: '127.0.0.1' });
});

test('what is asked at once is answered in turn, and no socket stays', async () => {
  const before = udpSockets();
  const addresses = Array.from({ length: 200 }, (_, n) => `127.0.1.${n + 1}`);
  const found = await Promise.all([...addresses, ...addresses].map(find));
  expect(new Set(found.map((each) => JSON.stringify(each)))).toEqual(new Set(['{"source":"127.0.0.1"}']));
  expect(udpSockets()).toBe(before);
});

test('an answer holds for five seconds', async () => {
  await find('127.0.0.1');
  await clock.advance(4999);
  expect(isKnown('127.0.0.1')).toBe(true);
  await clock.advance(1);
  expect(isKnown('127.0.0.1')).toBe(false);
});

test('where this host cannot send there is no answer, and the next question gets its own', async () => {
  const [refused, allowed] = await Promise.all([find('255.255.255.255'), find('127.0.0.1')]);
  expect(refused).toMatchObject({ error: { code: 'EACCES', message: 'Permission denied' } });
  expect(allowed).toEqual({ source: '127.0.0.1' });
});

test('however many packets wait for one address, each gets the answer', async () => {
  const found = await Promise.all(Array.from({ length: 20_000 }, (_, n) => find(`127.0.0.${(n % 4) + 1}`)));
  expect(new Set(found.map((each) => JSON.stringify(each)))).toEqual(new Set(['{"source":"127.0.0.1"}']));
});

test('a host without file descriptors left says so, and goes on when it has some', async () => {
  const script = `
    import { closeSync, openSync } from 'node:fs';
    import { SourceAddresses } from ${JSON.stringify(join(import.meta.dirname, '../../dist/io/source-addresses.js'))};
    const addresses = new SourceAddresses(performance);
    const ask = (address) => new Promise((resolve) => addresses.find(address, 9, resolve));
    const open = [];
    try { for (;;) open.push(openSync('/dev/null', 'r')); } catch {}
    const refused = await Promise.all([ask('127.0.0.1'), ask('127.0.0.2')]);
    open.forEach((each) => closeSync(each));
    console.log(refused.map(({ error }) => error.message).join(), (await ask('127.0.0.1')).source);`;
  const limited = 'ulimit -n 64 && exec "$0" --input-type=module --eval "$1"';
  const { stdout } = await promisify(execFile)('bash', ['-c', limited, process.execPath, script]);
  expect(stdout).toBe('Too many open files,Too many open files 127.0.0.1\n');
});
