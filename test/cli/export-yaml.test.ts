import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { destinationsJsonSchema } from '../../src/destinations-file/schema.ts';
import { temporaryDatabase } from '../support/databases.ts';
import { temporaryFolder } from '../support/files.ts';
import { connection, destinationsOf, pinger } from './support.ts';

const folder = temporaryFolder();

let database: string;

beforeEach(async () => {
  database = await temporaryDatabase();
});

const rows = async () => destinationsOf(await connection(database));

const apply = (yaml: string) => {
  const path = join(folder(), 'destinations.yaml');
  writeFileSync(path, yaml);
  return pinger(database, 'apply', path);
};

const FILE = `# What the office probes
defaults:
  interval: 5s
  size: 3
destinations:
  - address: 192.0.2.1
    name: gateway
  - address: tcp://example.com:443
    timeout: 300ms
    data: hello
  - address: example.com
    protocol: icmp6
    interval: 1500
    active: false
  - address: 2001:db8::1
    ttl: 9
`;

const exported = async () => (await pinger(database, 'export', 'destinations', '--format', 'yaml')).stdout;

test('writes a file that makes the table so again', async () => {
  const dataSource = await connection(database);
  await dataSource.query("INSERT INTO sources (id, sourceid, name) VALUES (5, 9, 'probe-1')");
  await apply(FILE.replace('    ttl: 9', '    ttl: 9\n    source: probe-1'));
  await pinger(
    database,
    'destinations',
    'add',
    'udp://example.com:53',
    '--name',
    ' a: "b" #\n',
    '--data',
    '12',
  );
  // Twice the same, which the table allows.
  await dataSource.query(
    "INSERT INTO destinations (address, interval) VALUES ('192.0.2.1', 90000), ('192.0.2.1', 90000)",
  );
  const yaml = await exported();
  expect((await apply(yaml)).stdout).toBe('0 added, 0 changed, 0 removed, 7 as they are.\n');
  const before = await rows();
  database = await temporaryDatabase();
  const other = await connection(database);
  await other.query("INSERT INTO sources (id, sourceid, name) VALUES (5, 9, 'probe-1')");
  await apply(yaml);
  expect(await rows()).toEqual(before);
  expect(await exported()).toBe(yaml);
  expect(new Ajv2020({ allowUnionTypes: true }).validate(destinationsJsonSchema(), parse(yaml))).toBe(true);
});

test('leaves out, and tells, what cannot be probed', async () => {
  await apply(FILE);
  const dataSource = await connection(database);
  await dataSource.query('UPDATE destinations SET interval = 0 WHERE id = 2');
  await dataSource.query('UPDATE destinations SET source_id = 77 WHERE id = 3');
  const { stdout, stderr, code } = await pinger(database, 'export', 'destinations', '--format', 'yaml');
  expect(code).toBe(0);
  expect(parse(stdout).destinations).toHaveLength(2);
  expect(stderr.split('\n')).toEqual([
    'pinger: destination 2 is left out: interval 0: expected a whole number from 1 to 2147483647 ms',
    'pinger: destination 3 is left out: source_id 77: there is no such source, or it has no name',
    '',
  ]);
});

test('of an empty table is a file that empties one', async () => {
  await connection(database);
  expect(await exported()).toBe('destinations: []\n');
});
