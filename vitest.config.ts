import { defineConfig } from 'vitest/config';
import { serverPackage } from './test/support/postgres-server.ts';
import { hasRawSocketPackage } from './test/support/raw-socket-package.ts';

/** Tests of what knows neither sockets nor clocks but those that they make themselves. */
const VIRTUAL = [
  'test/{live,machines,network,probing,scenario,simulation,statistics,watch}/**/*.test.ts',
  'test/io/packet/*.test.ts',
];

// Raw sockets do not work in worker threads. Only one monitor can have the page's default address.
const shared = {
  pool: 'forks',
  testTimeout: 20_000,
  env: { PINGER_LISTEN: 'none' },
  // What comes by itself, comes later on a busy machine.
  expect: { poll: { timeout: 5000 } },
};

/** Those of them that packets are moved in; they run with the portable transport, too. */
const WIRE = ['test/wire/{answers,errors,loopback,protocols}.test.ts'];

const portable = {
  test: {
    ...shared,
    name: 'raw-socket',
    include: WIRE,
    env: { ...shared.env, PINGER_TRANSPORT: 'raw-socket' },
    fileParallelism: false,
    sequence: { groupOrder: 2 },
  },
};

/** What only PostgreSQL has. */
const POSTGRES = ['test/storage/postgres/*.test.ts', 'test/doctor/postgres.test.ts'];

/** What a database is behind; it runs on both. */
const DATABASE = [
  'test/storage/*.test.ts',
  'test/cli/{alerts,alerts-edit,apply,destinations,destinations-edit,export,export-yaml,gaps,import,results,results-follow,sources,stats,users,watch,watch-pause,watch-reader}.test.ts',
  'test/access/credentials.test.ts',
  'test/statistics/query.test.ts',
  'test/http/{destinations,history,results}.test.ts',
  'test/history/{reading,roll-ups,store}.test.ts',
  'test/{pinger,many-sources}.test.ts',
  'test/alerts/{store,two-sources}.test.ts',
];

const postgres = {
  test: {
    ...shared,
    name: 'postgres',
    include: [...DATABASE, ...POSTGRES],
    env: { ...shared.env, PINGER_TEST_DATABASE: 'postgres' },
    globalSetup: ['test/support/build.ts', 'test/support/postgres.ts'],
    fileParallelism: false,
    sequence: { groupOrder: 3 },
  },
};

export default defineConfig({
  test: {
    projects: [
      { test: { ...shared, name: 'virtual', include: VIRTUAL, sequence: { groupOrder: 0 } } },
      {
        test: {
          ...shared,
          name: 'real',
          include: ['test/**/*.test.ts'],
          exclude: [...VIRTUAL, ...POSTGRES],
          globalSetup: 'test/support/build.ts',
          // Tests on real sockets and clocks would measure each other, so that they come last, one after the other.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
      ...(hasRawSocketPackage() ? [portable] : []),
      ...(serverPackage() === undefined ? [] : [postgres]),
    ],
  },
});
