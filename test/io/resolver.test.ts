import { execFile } from 'node:child_process';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ResolveError, SystemResolver, type SystemResolverOptions } from '../../src/io/resolver.ts';
import { parseResolvConf } from '../../src/io/resolver-files.ts';
import type { Family } from '../../src/io/transport.ts';
import { type DnsAnswer, DnsServer } from '../support/dns-server.ts';

let dns: DnsServer;
let folder: string;
let hostsFile: string;
let resolvConf: string;
let resolver: SystemResolver;

const open = (options: SystemResolverOptions = {}): SystemResolver =>
  new SystemResolver({
    servers: [dns.address],
    hostsFile,
    resolvConf,
    timeout: 10_000,
    tries: 2,
    ...options,
  });

/** For servers that stay silent; the others get the time that a busy machine may need. */
const patience = (answer: DnsAnswer): SystemResolverOptions =>
  answer === 'silence' ? { timeout: 500, tries: 1 } : {};

const failure = async (name: string, family: Family = 4): Promise<ResolveError> => {
  const error = await resolver.resolve(name, family).then(
    (resolution) => `resolved to ${JSON.stringify(resolution)}`,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ResolveError)) throw new Error(`${name}: ${error}`);
  return error;
};

const addresses = async (name: string, family: Family = 4): Promise<string[]> =>
  (await resolver.resolve(name, family)).addresses;

const a = (data: string, ttl?: number) => [{ type: 'A' as const, data, ttl }];

beforeEach(async () => {
  dns = await DnsServer.start();
  folder = await mkdtemp(join(tmpdir(), 'pinger-resolver-'));
  hostsFile = join(folder, 'hosts');
  resolvConf = join(folder, 'resolv.conf');
  await writeFile(resolvConf, 'search corp.test lab.test\n');
  resolver = open();
});

afterEach(async () => {
  resolver.close();
  await dns.stop();
  await rm(folder, { recursive: true });
});

describe('answers', () => {
  test('have the addresses of one family, in their order, and the smallest TTL in ms', async () => {
    dns.answers.set('www.example', [
      { type: 'A', data: '192.0.2.7', ttl: 300 },
      { type: 'AAAA', data: '2001:db8:0:0:0:0:0:7', ttl: 5 },
      { type: 'A', data: '192.0.2.3', ttl: 20 },
    ]);
    expect(await resolver.resolve('www.example', 4)).toEqual({
      addresses: ['192.0.2.7', '192.0.2.3'],
      ttl: 20_000,
    });
    expect(await resolver.resolve('www.example', 6)).toEqual({ addresses: ['2001:db8::7'], ttl: 5000 });
  });

  test('hold no longer than the alias that led to them', async () => {
    dns.answers.set('alias.example', [{ type: 'CNAME', data: 'real.example', ttl: 2 }]);
    dns.answers.set('real.example', a('192.0.2.1', 300));
    expect(await resolver.resolve('alias.example', 4)).toEqual({ addresses: ['192.0.2.1'], ttl: 2000 });
  });

  test('may hold for no time at all', async () => {
    dns.answers.set('www.example', a('192.0.2.1', 0));
    expect((await resolver.resolve('www.example', 4)).ttl).toBe(0);
  });

  test('are not kept: a change is seen at once, whatever the TTL was', async () => {
    dns.answers.set('www.example', a('192.0.2.1', 3600));
    expect(await addresses('www.example')).toEqual(['192.0.2.1']);
    dns.answers.set('www.example', a('192.0.2.2', 3600));
    expect(await addresses('WWW.Example')).toEqual(['192.0.2.2']);
  });

  test('come for thousands of names at once without one query sent twice', async () => {
    const names = Array.from({ length: 3000 }, (_, index) => `host-${index}.example`);
    for (const name of names) dns.answers.set(name, a('192.0.2.1'));
    await Promise.all(names.map((name) => resolver.resolve(name, 4)));
    expect(dns.questions).toHaveLength(names.length);
  });
});

describe('failures', () => {
  const cases = [
    ['nxdomain', 'ENOTFOUND', true, 'host "db.example" does not exist (ENOTFOUND)'],
    ['nodata', 'ENODATA', true, 'host "db.example" has no IPv6 address (ENODATA)'],
    [
      'servfail',
      'ESERVFAIL',
      false,
      'host "db.example": name server SERVER failed to look it up (ESERVFAIL)',
    ],
    ['refused', 'EREFUSED', false, 'host "db.example": name server SERVER refused to look it up (EREFUSED)'],
    ['silence', 'ETIMEOUT', false, 'host "db.example": no answer from name server SERVER (ETIMEOUT)'],
  ] as const;

  test.each(cases)('%s is %s', async (answer, code, authoritative, message) => {
    resolver = open(patience(answer));
    dns.answers.set('db.example', answer);
    const error = await failure('db.example', 6);
    expect(error).toMatchObject({ name: 'ResolveError', code, authoritative });
    expect(error.message).toBe(message.replace('SERVER', dns.address));
  });

  test('a host with addresses of the other family only has none', async () => {
    dns.answers.set('www.example', a('192.0.2.1'));
    expect(await failure('www.example', 6)).toMatchObject({ code: 'ENODATA', authoritative: true });
  });

  test('a name that DNS cannot carry does not exist', async () => {
    expect((await failure('a..example')).message).toBe('host "a..example" is not a valid name (EBADNAME)');
    expect(await failure('a..example')).toMatchObject({ authoritative: true });
    expect(dns.questions).toEqual([]);
  });

  test('a server that is not there is no answer', async () => {
    const { address } = dns;
    await dns.stop();
    const error = await failure('www.example');
    dns = await DnsServer.start();
    expect(error).toMatchObject({ code: 'ECONNREFUSED', authoritative: false });
    expect(error.message).toBe(`host "www.example": name server ${address} cannot be reached (ECONNREFUSED)`);
  });

  test.each(['nxdomain', 'nodata', 'servfail', 'silence'] as const)(
    'a name comes back after %s',
    async (answer) => {
      resolver = open(patience(answer));
      dns.answers.set('www.example', answer);
      await failure('www.example');
      dns.answers.set('www.example', a('192.0.2.1'));
      expect(await addresses('www.example')).toEqual(['192.0.2.1']);
    },
  );

  test.each(['servfail', 'refused', 'silence'] as const)(
    'the next server is asked after %s',
    async (answer) => {
      const second = await DnsServer.start();
      dns.answers.set('www.example', answer);
      second.answers.set('www.example', a('192.0.2.2'));
      resolver = open({ ...patience(answer), servers: [dns.address, second.address] });
      const found = await addresses('www.example');
      await second.stop();
      expect(found).toEqual(['192.0.2.2']);
      expect(dns.questions).toEqual(['A www.example']);
    },
  );
});

describe('the hosts file', () => {
  test('comes before DNS, for the families it has', async () => {
    await writeFile(
      hostsFile,
      '# ours\r\n10.0.0.1\tWeb.example web # the old one\r\n10.0.0.2 web web\nnonsense web\n',
    );
    dns.answers.set('web.example', [...a('192.0.2.1'), { type: 'AAAA', data: '2001:db8::1' }]);
    expect(await resolver.resolve('WEB.example', 4)).toEqual({ addresses: ['10.0.0.1'], ttl: 10_000 });
    expect(await addresses('web')).toEqual(['10.0.0.1', '10.0.0.2']);
    expect(dns.questions).toEqual([]);
    expect(await addresses('web.example', 6)).toEqual(['2001:db8::1']);
  });

  test('spells addresses as DNS does', async () => {
    await writeFile(hostsFile, '2001:DB8:0::0001 web\nFE80::0:1%eth0 gateway\n');
    expect(await addresses('web', 6)).toEqual(['2001:db8::1']);
    expect(await addresses('gateway', 6)).toEqual(['fe80::1%eth0']);
  });

  test('is read again when it changes, appears or goes', async () => {
    dns.answers.set('web.example', a('192.0.2.1'));
    expect(await addresses('web.example')).toEqual(['192.0.2.1']);
    await writeFile(hostsFile, '10.0.0.1 web.example\n');
    expect(await addresses('web.example')).toEqual(['10.0.0.1']);
    await writeFile(hostsFile, '10.0.0.2 web.example\n');
    // Two writes within a tick of the kernel's clock would look the same.
    await utimes(hostsFile, 1, 1);
    expect(await addresses('web.example')).toEqual(['10.0.0.2']);
    await rm(hostsFile);
    expect(await addresses('web.example')).toEqual(['192.0.2.1']);
  });

  test('that cannot be read is empty', async () => {
    resolver = open({ hostsFile: folder, resolvConf: folder });
    dns.answers.set('web.example', a('192.0.2.1'));
    expect(await addresses('web.example')).toEqual(['192.0.2.1']);
  });

  test.each(['localhost', 'LocalHost.', 'db.localhost'])('is not needed for %s', async (name) => {
    expect(await addresses(name, 4)).toEqual(['127.0.0.1']);
    expect(await addresses(name, 6)).toEqual(['::1']);
    expect(dns.questions).toEqual([]);
  });
});

describe('resolv.conf', () => {
  /** The names asked for, in order, when none of them exists. */
  const asked = async (name: string): Promise<string[]> => {
    dns.questions.length = 0;
    await failure(name);
    return dns.questions.map((question) => question.replace('A ', ''));
  };

  test('completes a name without a dot first, and one with a dot last', async () => {
    expect(await asked('db')).toEqual(['db.corp.test', 'db.lab.test', 'db']);
    expect(await asked('db.eu')).toEqual(['db.eu', 'db.eu.corp.test', 'db.eu.lab.test']);
    expect(await asked('db.')).toEqual(['db']);
  });

  test.each([
    ['search corp.test\noptions rotate ndots:2', ['db.eu.corp.test', 'db.eu']],
    ['options ndots:2\n; search no\nsearch corp.test. # search no', ['db.eu.corp.test', 'db.eu']],
    ['search lab.test\ndomain Corp.test', ['db.eu', 'db.eu.corp.test']],
    ['domain corp.test\nsearch lab.test', ['db.eu', 'db.eu.lab.test']],
    ['options ndots:2\nsearch . lab.test', ['db.eu', 'db.eu.lab.test']],
    ['search', ['db.eu']],
  ])('is read as libc reads it: %j', async (text, names) => {
    await writeFile(resolvConf, text);
    expect(await asked('db.eu')).toEqual(names);
  });

  test('finds a name in the first domain that has it', async () => {
    dns.answers.set('db.corp.test', 'nodata');
    dns.answers.set('db.lab.test', a('192.0.2.1'));
    expect(await addresses('DB')).toEqual(['192.0.2.1']);
  });

  test('and the search list: a name known somewhere without an address has none', async () => {
    dns.answers.set('db.corp.test', 'nodata');
    expect(await failure('db')).toMatchObject({ code: 'ENODATA', authoritative: true });
  });

  test('and the search list: a failing domain does not hide the next one, nor count as an answer', async () => {
    dns.answers.set('db.corp.test', 'servfail');
    expect(await failure('db')).toMatchObject({ code: 'ESERVFAIL', authoritative: false });
    dns.answers.set('db.lab.test', a('192.0.2.1'));
    expect(await addresses('db')).toEqual(['192.0.2.1']);
    dns.answers.set('db.corp.test', 'nodata');
    dns.answers.set('db.lab.test', 'servfail');
    expect(await failure('db')).toMatchObject({ code: 'ESERVFAIL', authoritative: false });
  });

  test.each(['servfail', 'silence'] as const)(
    'never completes a name that may exist, after %s',
    async (answer) => {
      resolver = open(patience(answer));
      dns.answers.set('www.example', answer);
      dns.answers.set('www.example.corp.test', a('192.0.2.66'));
      expect(await failure('www.example')).toMatchObject({ authoritative: false });
    },
  );

  test('has limits and defaults', () => {
    expect(parseResolvConf('search\nnameserver nonsense')).toEqual({
      nameservers: ['127.0.0.1'],
      search: [],
      ndots: 1,
      timeout: undefined,
      attempts: undefined,
    });
    const servers = ['192.0.2.1', '2001:db8::1', '192.0.2.3', '192.0.2.4'];
    const text = servers.map((server) => `nameserver ${server}`).join('\n');
    expect(parseResolvConf(`${text}\noptions ndots:99 timeout:99\noptions attempts:99 edns0`)).toMatchObject({
      nameservers: servers.slice(0, 3),
      ndots: 15,
      timeout: 30_000,
      attempts: 5,
    });
    expect(parseResolvConf('options timeout:0 attempts:0')).toMatchObject({ timeout: 1000, attempts: 1 });
  });

  test('says which servers to ask', async () => {
    await writeFile(resolvConf, 'nameserver 127.77.0.1\nnameserver 127.77.0.2\n');
    resolver = open({ servers: undefined });
    expect((await failure('www.example.')).message).toBe(
      'host "www.example.": name servers 127.77.0.1, 127.77.0.2 cannot be reached (ECONNREFUSED)',
    );
  });

  test('says how long and how often to ask', async () => {
    await writeFile(resolvConf, 'options timeout:1 attempts:1\n');
    dns.answers.set('www.example', 'silence');
    resolver = open({ timeout: undefined, tries: undefined });
    expect(await failure('www.example.')).toMatchObject({ code: 'ETIMEOUT' });
    expect(dns.questions).toEqual(['A www.example']);
  });

  test('that changes is followed, by look-ups under way as well', async () => {
    dns.answers.set('db.corp.test', 'silence');
    dns.answers.set('db.lab.test', a('192.0.2.1'));
    resolver = open({ timeout: 60_000 });
    const pending = addresses('db');
    await vi.waitFor(() => expect(dns.questions).toEqual(['A db.corp.test']));
    await writeFile(resolvConf, 'search lab.test');
    expect(await addresses('db')).toEqual(['192.0.2.1']);
    expect(await pending).toEqual(['192.0.2.1']);
  });
});

describe('close', () => {
  test('cancels what is pending, what waits for its turn, and what comes after', async () => {
    resolver = open({ timeout: 60_000 });
    const names = Array.from({ length: 300 }, (_, index) => `host-${index}.example`);
    for (const name of names) dns.answers.set(name, 'silence');
    const pending = Promise.all(names.map((name) => failure(name)));
    await vi.waitFor(() => expect(dns.questions.length).toBeGreaterThan(0));
    resolver.close();
    for (const error of [...(await pending), await failure('www.example')])
      expect(error).toMatchObject({ code: 'ECANCELLED', authoritative: false });
    expect(dns.questions.length).toBeLessThan(names.length);
    expect((await failure('www.example')).message).toBe('host "www.example": look-up cancelled (ECANCELLED)');
  });

  test('may come first', async () => {
    resolver.close();
    expect(await failure('www.example')).toMatchObject({ code: 'ECANCELLED' });
    expect(dns.questions).toEqual([]);
  });

  test('lets the process exit', async () => {
    dns.answers.set('www.example', a('192.0.2.1'));
    dns.answers.set('silent.example', 'silence');
    const script = `
      const { SystemResolver } = await import(${JSON.stringify(new URL('../../src/io/resolver.ts', import.meta.url))});
      const resolver = new SystemResolver(${JSON.stringify({ servers: [dns.address], timeout: 60_000 })});
      await resolver.resolve('www.example', 4);
      const pending = resolver.resolve('silent.example', 4).catch(({ code }) => code);
      setTimeout(() => resolver.close(), 100);
      console.log(await pending);
      const closed = performance.now();
      process.on('exit', () => console.log(performance.now() - closed < 500 ? 'at once' : 'late'));`;
    const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 20_000 });
    expect(stdout).toBe('ECANCELLED\nat once\n');
  }, 30_000);
});

test('a server that is no address is refused', () => {
  expect(() => open({ servers: ['ns.example'] })).toThrow(TypeError);
});
