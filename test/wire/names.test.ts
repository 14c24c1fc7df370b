import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SystemResolver } from '../../src/io/resolver.ts';
import { createPinger, type Pinger } from '../../src/pinger.ts';
import type { NewResult } from '../../src/storage/store.ts';
import { until } from '../support/command.ts';
import { DnsServer } from '../support/dns-server.ts';
import { temporaryFolder } from '../support/files.ts';
import { canOpenRawSockets } from '../support/privileges.ts';

describe.skipIf(!canOpenRawSockets())('names, asked of a name server', () => {
  const folder = temporaryFolder();
  let server: DnsServer;
  let pinger: Pinger;
  let results: NewResult[];

  beforeEach(async () => {
    server = await DnsServer.start();
    server.answers.set('one.example', [{ type: 'A', data: '127.0.0.11', ttl: 1 }]);
    server.answers.set('two.example', [{ type: 'AAAA', data: '::1', ttl: 1 }]);
    results = [];
    pinger = createPinger({
      database: `sqlite:${join(folder(), 'pinger.db')}`,
      resolver: new SystemResolver({
        servers: [server.address],
        hostsFile: '/dev/null',
        resolvConf: '/dev/null',
      }),
      destinations: [
        { address: 'one.example', protocol: 3, interval: 50 },
        { address: 'two.example', protocol: 6, interval: 50 },
        { address: 'three.example', protocol: 3, interval: 50 },
        { address: '127.0.0.11', protocol: 3, interval: 50 },
      ],
    });
    pinger.on('result', (result) => results.push(result));
    await pinger.start();
  });
  afterEach(async () => {
    if (pinger.state !== 'stopped') await pinger.stop();
    await server.stop();
  });

  const last = (id: number) => results.findLast(({ destination_id }) => destination_id === id);
  const of = (id: number) => results.filter(({ destination_id }) => destination_id === id);

  test('each family gets its own addresses, and two ways to one address do not mix', async () => {
    await until(() => of(1).length > 5 && of(2).length > 5 && of(4).length > 5);
    expect(last(1)).toMatchObject({ outcome: 'reply', address: '127.0.0.11' });
    expect(last(2)).toMatchObject({ outcome: 'reply', address: '::1' });
    expect(last(1)?.rid).not.toBe(last(4)?.rid);
  });

  test('a name that does not exist is unsent, disturbs nobody, and is probed once it exists', async () => {
    await until(() => of(3).length > 5 && of(1).length > 5);
    for (const result of of(3)) {
      expect(result).toMatchObject({ outcome: 'unsent', address: null, rid: null });
      expect(result.reason).toBe('host "three.example" does not exist (ENOTFOUND)');
    }
    expect(of(1).every(({ outcome }) => outcome === 'reply')).toBe(true);
    server.answers.set('three.example', [{ type: 'A', data: '127.0.0.33', ttl: 1 }]);
    await until(() => last(3)?.outcome === 'reply');
    expect(last(3)?.address).toBe('127.0.0.33');
    const sequences = of(3).map(({ rseq }) => rseq);
    expect(sequences).toEqual(sequences.map((_, n) => n));
  });

  test('a name that moves is followed within its TTL', async () => {
    await until(() => last(1)?.outcome === 'reply');
    server.answers.set('one.example', [{ type: 'A', data: '127.0.0.12', ttl: 1 }]);
    await until(() => last(1)?.address === '127.0.0.12', 3000);
    expect(of(1).every(({ outcome }) => outcome === 'reply')).toBe(true);
  });

  test('a name server that falls silent changes nothing for addresses it has given', async () => {
    await until(() => last(1)?.outcome === 'reply');
    server.answers.set('one.example', 'silence');
    const before = of(1).length;
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(of(1).length).toBeGreaterThan(before + 40);
    expect(of(1).every(({ outcome }) => outcome === 'reply')).toBe(true);
  });
});
