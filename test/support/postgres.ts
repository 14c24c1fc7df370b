import type { TestProject } from 'vitest/node';
import { PostgresServer } from './postgres-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the tests' server is, as whoever may make databases. */
    postgres: string;
  }
}

/** One server for all tests of the project. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await PostgresServer.start();
  project.provide('postgres', server.url('postgres'));
  return () => server.stop();
}
