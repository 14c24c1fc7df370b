import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Raw sockets do not work in worker threads.
    pool: 'forks',
    // Tests on real sockets and clocks would measure each other.
    fileParallelism: false,
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/support/build.ts',
    testTimeout: 20_000,
  },
});
