import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ReverseNames } from '../../src/trace/reverse-names.ts';
import { DnsServer } from '../support/dns-server.ts';
import { temporaryFolder } from '../support/files.ts';

const folder = temporaryFolder();
const hostsFile = () => join(folder(), 'hosts');
let server: DnsServer;
let names: ReverseNames;

beforeEach(async () => {
  server = await DnsServer.start();
  writeFileSync(hostsFile(), '192.0.2.4 four.example 4.example\n192.0.2.4 other\n2001:DB8::4 six.example\n');
  server.answers.set('1.2.0.192.in-addr.arpa', [{ type: 'PTR', data: 'router.example' }]);
  server.answers.set('3.2.0.192.in-addr.arpa', 'silence');
  names = new ReverseNames({ servers: [server.address], hostsFile: hostsFile() });
});
afterEach(async () => {
  names.close();
  await server.stop();
});

test('a name is there once it is found, and is asked for once', async () => {
  expect(names.nameOf('192.0.2.1')).toBeNull();
  expect(names.nameOf('192.0.2.1')).toBeNull();
  await names.settled(2000);
  expect(names.nameOf('192.0.2.1')).toBe('router.example');
  expect(server.questions).toEqual(['PTR 1.2.0.192.in-addr.arpa']);
});

test('an address without a name stays one', async () => {
  names.nameOf('192.0.2.2');
  await names.settled(2000);
  expect(names.nameOf('192.0.2.2')).toBeNull();
});

test('a name server that is silent holds nobody up', async () => {
  names.nameOf('192.0.2.3');
  const start = performance.now();
  await names.settled(100);
  expect(performance.now() - start).toBeLessThan(500);
});

test('what the hosts file names first is asked of nobody', async () => {
  for (const address of ['192.0.2.4', '2001:db8::4']) names.nameOf(address);
  await names.settled(2000);
  expect(names.nameOf('192.0.2.4')).toBe('four.example');
  expect(names.nameOf('2001:db8::4')).toBe('six.example');
  expect(server.questions).toEqual([]);
});
