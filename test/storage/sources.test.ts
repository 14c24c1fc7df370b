import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { databaseName } from '../../src/storage/database-url.ts';
import { TypeormStore } from '../../src/storage/typeorm-store.ts';
import { Running } from '../support/command.ts';
import { shell, temporaryDatabase } from '../support/databases.ts';

let url: string;

beforeEach(async () => {
  url = await temporaryDatabase();
});

const opened = async (): Promise<TypeormStore> => {
  const store = new TypeormStore(url);
  await store.open();
  onTestFinished(() => store.close());
  return store;
};

/** Runs a script with a store in a process of its own, which has a thread for each of many connections. */
const run = (script: string): Running => {
  const module = JSON.stringify(join(process.cwd(), 'dist/storage/typeorm-store.js'));
  const whole = `const { TypeormStore } = await import(${module});
    const [url] = process.argv.slice(1);
    const opened = async () => { const store = new TypeormStore(url); await store.open(); return store; };
    const store = await opened();
    ${script}`;
  const running = new Running(
    spawn(process.execPath, ['--input-type=module', '-e', whole, url], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, UV_THREADPOOL_SIZE: '128' },
    }),
  );
  onTestFinished(() => void running.child.kill('SIGKILL'));
  return running;
};

/** What becomes of sources that all start at the same moment. */
async function starting(names: string[]): Promise<{ sourceid?: number; error?: string }[]> {
  const { stdout, stderr } = await run(`
    const start = async (name) => {
      const store = await opened();
      return store.source(name).then(({ sourceid }) => ({ sourceid }), ({ message }) => ({ error: message }));
    };
    console.log(JSON.stringify(await Promise.all(${JSON.stringify(names)}.map(start))));
    process.exit();`).finished;
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

const refusal = (name: string) => ({
  name: 'DatabaseError',
  message: `database ${databaseName(url)}: another pinger runs as source ${name}; give this one a name of its own (--source)`,
  transient: false,
});

test('fifty that start at once get a row and a sourceid each', async () => {
  const names = Array.from({ length: 50 }, (_, n) => `source ${n}`);
  const ended = await starting(names);
  expect(ended.map(({ error }) => error)).toEqual(names.map(() => undefined));
  expect(new Set(ended.map(({ sourceid }) => sourceid)).size).toBe(50);
  expect(await shell(url, 'SELECT count(*), count(DISTINCT sourceid) FROM sources')).toBe('50|50');
}, 60_000);

describe('one process a source', () => {
  test('a second one is refused in one line, and another source is not', async () => {
    const [first, second] = [await opened(), await opened()];
    await first.source('here');
    await expect(second.source('here')).rejects.toMatchObject(refusal('here'));
    await second.source('there');
    await expect(first.source('there')).rejects.toMatchObject(refusal('there'));
  });

  test('whoever asks again has it already', async () => {
    const store = await opened();
    expect(await store.source('here')).toEqual(await store.source('here'));
  });

  test('it is free when the first one closes', async () => {
    const [first, second] = [await opened(), await opened()];
    await first.source('here');
    await first.close();
    await second.source('here');
    const third = await opened();
    await expect(third.source('here')).rejects.toMatchObject(refusal('here'));
  });

  test('of many at once one gets it', async () => {
    const ended = await starting(new Array(8).fill('here'));
    expect(ended.filter(({ error }) => error === undefined)).toHaveLength(1);
    expect(new Set(ended.map(({ error }) => error))).toEqual(new Set([undefined, refusal('here').message]));
  });

  test('it is free when a process is killed, and not before', async () => {
    const other = run(`
      await store.source('here');
      console.log('held');
      setInterval(() => {}, 1000);`);
    onTestFinished(() => void other.child.kill('SIGKILL'));
    await other.until(/held/);
    const store = await opened();
    await expect(store.source('here')).rejects.toMatchObject(refusal('here'));
    other.child.kill('SIGKILL');
    await other.finished;
    // A server notices a moment later that the connection has been closed.
    for (const end = Date.now() + 5000; ; )
      try {
        await store.source('here');
        break;
      } catch (error) {
        if (Date.now() > end) throw error;
      }
  });
});
