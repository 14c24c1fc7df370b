import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import type { Source } from '../../../src/entities/source.ts';
import { timeoutResult } from '../../../src/probing/results.ts';
import { encodeResult } from '../../../src/storage/store.ts';
import { TypeormStore } from '../../../src/storage/typeorm-store.ts';
import { shell } from '../../support/databases.ts';
import { PostgresServer } from '../../support/postgres-server.ts';
import { route, settings } from '../../support/probes.ts';

/** Short, so that a test does not wait for long, ms. */
export const ANSWER_TIMEOUT = 1000;

/** A server of a test file's own, which it may end and start. */
export function ownServer(): { server: () => PostgresServer; newDatabase: () => Promise<string> } {
  let server: PostgresServer;
  let made = 0;
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.stop());
  const newDatabase = async (): Promise<string> => {
    const name = `database_${made++}`;
    await server.query(`CREATE DATABASE ${name}`);
    return server.url(name);
  };
  return { server: () => server, newDatabase };
}

/** A store that a monitor has opened, closed when the test ends. */
export const monitor = async (
  url: string,
  answerTimeout = ANSWER_TIMEOUT,
): Promise<{ store: TypeormStore; here: Source }> => {
  const store = new TypeormStore(url, { answerTimeout });
  await store.open();
  onTestFinished(() => store.close());
  return { store, here: await store.source('here') };
};

const row = (rseq: number) =>
  encodeResult(
    timeoutResult(
      { settings: settings(), route: route(), rseq } as Parameters<typeof timeoutResult>[0],
      1n,
      null,
    ),
  );
/** One result, whose sequence is the batch's number. */
export const batch = (number: number) => ({ writer: 'test', number, rows: [row(number)] });

/** Tries until it works, as a monitor does; returns what it was told until then. */
export async function retried<T>(
  work: () => Promise<T>,
  limit = 20_000,
): Promise<{ value: T; errors: Error[] }> {
  const errors: Error[] = [];
  for (const end = Date.now() + limit; ; await sleep(50))
    try {
      return { value: await work(), errors };
    } catch (error) {
      errors.push(error as Error);
      if (Date.now() > end) throw error;
    }
}

/** Errors that a monitor waits out, each one line without the password. */
export const allPass = (errors: Error[], why: RegExp) => {
  for (const error of errors) {
    expect(error).toMatchObject({ name: 'DatabaseError', transient: true });
    expect(error.message).toMatch(why);
    expect(error.message).not.toMatch(/no secret|\n/);
  }
};

/** The sequences of all results. */
export const stored = (url: string) => shell(url, 'SELECT rseq FROM results ORDER BY id');
