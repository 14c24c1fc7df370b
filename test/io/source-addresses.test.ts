import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { SourceAddresses } from '../../src/io/source-addresses.ts';
import { ManualClock } from '../support/manual-clock.ts';

type Found = Parameters<Parameters<SourceAddresses['find']>[2]>[0];

const ask = (addresses: SourceAddresses, address: string) =>
  new Promise<Found>((resolve) => addresses.find(address, 9, resolve));

test('however many packets wait for the address, each gets it', async () => {
  const addresses = new SourceAddresses(new ManualClock());
  const answers = await Promise.all(
    Array.from({ length: 20_000 }, (_, n) => ask(addresses, `127.0.0.${(n % 4) + 1}`)),
  );
  expect(answers.filter((answer) => 'source' in answer && answer.source === '127.0.0.1')).toHaveLength(
    20_000,
  );
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
