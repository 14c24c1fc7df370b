import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Batch } from '../../src/storage/batch.ts';
import { Spill, type SpillOptions } from '../../src/storage/spill.ts';
import { LogBook } from '../support/fakes.ts';
import { temporaryFolder } from '../support/files.ts';

const temporary = temporaryFolder();
const folder = () => join(temporary(), 'spill');
let logger = new LogBook();
const damages = () => logger.of('spill.damaged');

async function open(options: Partial<SpillOptions> = {}): Promise<Spill> {
  logger = new LogBook();
  const spill = new Spill({
    folder: folder(),
    limit: 2 ** 30,
    drop: 'oldest',
    batchSize: 10,
    logger,
    ...options,
  });
  onTestFinished(() => spill.close());
  await spill.open('key');
  return spill;
}

const batch = (number: number, count: number, writer = 'w'): Batch => ({
  writer,
  number,
  rows: Array.from({ length: count }, (_, index) => JSON.stringify([number, index, 'text "of" a\nrow'])),
});
const filler = (number: number) => ({
  ...batch(number, 1),
  rows: Array.from({ length: 10 }, () =>
    JSON.stringify([number, `${Math.random()}`.repeat(3), Math.random()]),
  ),
});

async function drain(spill: Spill): Promise<Batch[]> {
  const batches: Batch[] = [];
  for (let first = await spill.first(); first; first = await spill.first()) {
    batches.push(first);
    await spill.dropFirst();
  }
  return batches;
}
const rowsOf = (batches: Batch[]) => batches.flatMap(({ rows }) => rows);
const segments = () => readdirSync(folder()).filter((name) => name.endsWith('.spill'));

test('there is no folder until it is needed, nor when it is empty again', async () => {
  const spill = await open();
  expect(await spill.first()).toBeUndefined();
  expect(existsSync(folder())).toBe(false);
  await spill.append(batch(1, 3));
  expect(spill).toMatchObject({ count: 3, size: statSync(join(folder(), '00000001.spill')).size });
  expect(await drain(spill)).toEqual([batch(1, 3)]);
  expect(spill).toMatchObject({ count: 0, size: 0 });
  expect(existsSync(folder())).toBe(false);
});

test('what was appended is there for the next process, though this one just ended', async () => {
  const first = await open();
  await first.append(batch(1, 3));
  await first.append(batch(2, 10));
  // No more than the lock is taken back, as when a process dies.
  await first.close();
  const second = await open();
  expect(second.count).toBe(13);
  await second.append(batch(1, 1, 'other'));
  expect(await drain(second)).toEqual([batch(1, 3), batch(2, 10), batch(1, 1, 'other')]);
  expect(damages()).toEqual([]);
});

/** What this process has open in the folder. */
const openFiles = () =>
  readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      const file = readlinkSync(`/proc/self/fd/${descriptor}`);
      return file.startsWith(`${folder()}/`) ? [file] : [];
    } catch {
      return [];
    }
  });

test('no file stays open: not of what is drained, of what is dropped, of what cannot be written, nor after the end', async () => {
  const spill = await open({ limit: 64 * 1024 });
  for (let number = 1; number <= 300; number++) await spill.append(filler(number));
  expect(openFiles().filter((file) => file.endsWith('.spill'))).toHaveLength(1);
  await drain(spill);
  expect(openFiles()).toEqual([]);
  await spill.append(batch(301, 1));
  await spill.append(batch(1, 1, 'other'));
  expect(openFiles().filter((file) => file.endsWith('.spill'))).toHaveLength(1);
  await spill.close();
  expect(openFiles()).toEqual([]);
});

test('small batches come out together, but not with one that may be stored already', async () => {
  const spill = await open();
  const given = [4, 4, 4, 1, 2].map((count, index) => batch(index + 1, count));
  for (const each of given) await spill.append(each, { uncertain: each.number === 4 });
  const batches = await drain(spill);
  expect(batches.map(({ number, rows }) => [number, rows.length])).toEqual([
    [2, 8],
    [3, 4],
    [4, 1],
    [5, 2],
  ]);
  expect(rowsOf(batches)).toEqual(rowsOf(given));
});

test('what has been read once is the same batch ever after, whatever is appended, in this process and the next', async () => {
  const spill = await open();
  await spill.append(batch(1, 2));
  const first = await spill.first();
  await spill.append(batch(2, 2));
  expect(await spill.first()).toEqual(first);
  await spill.close();
  expect((await drain(await open())).map(({ number }) => number)).toEqual([1, 2]);
});

test('tells its newest result', async () => {
  const spill = await open();
  expect(await spill.last()).toBeUndefined();
  await spill.append(batch(1, 7));
  await spill.append(batch(2, 2));
  expect(await spill.last()).toBe(batch(2, 2).rows[1]);
  await spill.close();
  const next = await open();
  expect(await next.last()).toBe(batch(2, 2).rows[1]);
  await next.close();
});

describe('a limit', () => {
  test.each(['oldest', 'newest'] as const)('has the %s results go, counted', async (drop) => {
    const limit = 64 * 1024;
    const spill = await open({ limit, drop });
    const given: Batch[] = [];
    let dropped = 0;
    for (let number = 1; number <= 500; number++) {
      given.push(filler(number));
      dropped += await spill.append(given.at(-1) as Batch);
      expect(spill.size).toBeLessThanOrEqual(limit);
    }
    expect(dropped).toBeGreaterThan(1000);
    expect(spill.size).toBeGreaterThan(limit * 0.8);
    expect(spill.count).toBe(5000 - dropped);
    const files = segments().map((name) => statSync(join(folder(), name)).size);
    expect(files.reduce((sum, size) => sum + size, 0)).toBe(spill.size);
    const kept = drop === 'oldest' ? rowsOf(given).slice(dropped) : rowsOf(given).slice(0, 5000 - dropped);
    expect(rowsOf(await drain(spill))).toEqual(kept);
    // There is room again.
    expect(await spill.append(batch(501, 1))).toBe(0);
  });

  test('a batch that is larger than all of it is dropped alone', async () => {
    const spill = await open({ limit: 4096 });
    await spill.append(batch(1, 1));
    const large = { ...batch(2, 1), rows: Array.from({ length: 4000 }, () => JSON.stringify(Math.random())) };
    expect(await spill.append(large)).toBe(4000);
    expect(rowsOf(await drain(spill))).toEqual(batch(1, 1).rows);
  });
});

describe('damage', () => {
  /** Two segments: of three records of a group each, and one. */
  async function damageable(): Promise<{ file: string; whole: Buffer; ends: number[]; later: Batch }> {
    rmSync(folder(), { recursive: true, force: true });
    const before = await open();
    const ends: number[] = [];
    for (const number of [1, 2, 3]) {
      await before.append(batch(number, 7));
      ends.push(before.size);
    }
    await before.close();
    const later = batch(1, 2, 'later');
    const next = await open();
    await next.append(later);
    await next.close();
    const file = join(folder(), '00000001.spill');
    return { file, whole: readFileSync(file), ends, later };
  }

  test('a file cut off anywhere: what is whole before it is kept, what comes in later files too, and one damage is told', async () => {
    const { file, whole, ends, later } = await damageable();
    const second = readFileSync(join(folder(), '00000002.spill'));
    for (let length = 0; length < whole.length; length++) {
      mkdirSync(folder(), { recursive: true });
      writeFileSync(file, whole.subarray(0, length));
      writeFileSync(join(folder(), '00000002.spill'), second);
      const spill = await open();
      const good = ends.filter((end) => end <= length).length;
      const headerEnd = whole.indexOf('\n') + 1;
      expect(damages().length, `cut at ${length}`).toBe(
        ends.includes(length) || length === headerEnd ? 0 : 1,
      );
      const kept = [1, 2, 3].slice(0, good).map((number) => batch(number, 7));
      expect(rowsOf(await drain(spill)), `cut at ${length}`).toEqual(rowsOf([...kept, later]));
      expect(existsSync(folder())).toBe(false);
    }
  });

  test('any byte changed: never a row that was not written, all before it, and all in later files', async () => {
    const { file, whole, ends, later } = await damageable();
    const second = readFileSync(join(folder(), '00000002.spill'));
    const start = whole.indexOf('\n') + 1;
    for (let offset = start; offset < whole.length; offset++) {
      const changed = Buffer.from(whole);
      changed[offset] = (changed[offset] as number) ^ (1 << (offset % 8));
      mkdirSync(folder(), { recursive: true });
      writeFileSync(file, changed);
      writeFileSync(join(folder(), '00000002.spill'), second);
      const spill = await open();
      const good = ends.filter((end) => end <= offset).length;
      expect(damages(), `byte ${offset}`).toEqual([
        { file, offset: [start, ...ends][good], lost: good > 0 ? expect.any(Number) : undefined },
      ]);
      const kept = [1, 2, 3].slice(0, good).map((number) => batch(number, 7));
      expect(rowsOf(await drain(spill)), `byte ${offset}`).toEqual(rowsOf([...kept, later]));
    }
  });

  test('says about how many results are lost', async () => {
    const { file, whole, ends } = await damageable();
    writeFileSync(file, whole.subarray(0, (ends[2] as number) - 1));
    const spill = await open();
    const [{ lost = 0 } = {}] = damages();
    expect(Math.abs(Number(lost) - 7)).toBeLessThanOrEqual(1);
    await spill.close();
  });

  test('that comes while it is open costs what it damages', async () => {
    const { file, whole, ends, later } = await damageable();
    const spill = await open();
    expect(damages()).toEqual([]);
    writeFileSync(file, whole.subarray(0, ends[1]));
    expect(rowsOf(await drain(spill))).toEqual(rowsOf([batch(1, 7), batch(2, 7), later]));
    expect(damages()).toEqual([{ file, offset: ends[1], lost: 7 }]);
  });

  test('that comes while it is open costs nothing that comes after', async () => {
    const spill = await open();
    const ends: number[] = [];
    for (const number of [1, 2, 3]) {
      await spill.append(batch(number, 4));
      ends.push(spill.size);
    }
    const file = join(folder(), '00000001.spill');
    const changed = readFileSync(file);
    // In the second of two records that come out together.
    const offset = (ends[1] as number) - 1;
    changed[offset] = (changed[offset] as number) ^ 1;
    writeFileSync(file, changed);
    expect(await spill.first()).toEqual(batch(1, 4));
    await spill.append(batch(4, 3));
    expect(rowsOf(await drain(spill))).toEqual(rowsOf([batch(1, 4), batch(4, 3)]));
    expect(damages()).toEqual([{ file, offset: ends[0], lost: 8 }]);
  });

  test('a folder that somebody removes costs what was in it, and is made anew', async () => {
    const spill = await open();
    await spill.append(batch(1, 7));
    rmSync(folder(), { recursive: true });
    await spill.append(batch(2, 5));
    await spill.append(batch(3, 5));
    rmSync(folder(), { recursive: true });
    expect(await drain(spill)).toEqual([]);
    expect(damages().reduce((sum, { lost }) => sum + Number(lost), 0)).toBe(17);
    await spill.append(batch(4, 5));
    expect(await drain(spill)).toEqual([batch(4, 5)]);
  });
});

describe('a folder that cannot be used: one line', () => {
  const header = (text: string) => {
    mkdirSync(folder());
    writeFileSync(join(folder(), '00000007.spill'), text);
  };

  test('made by a newer version', async () => {
    header('{"pinger-spill":2,"something":"else"}\n');
    await expect(open()).rejects.toThrow(
      `spill ${folder()}: 00000007.spill was made by a newer version of pinger; update pinger`,
    );
  });

  test("another source's", async () => {
    const other = await open();
    await other.append(batch(1, 1));
    await other.close();
    const spill = new Spill({
      folder: folder(),
      limit: 1e6,
      drop: 'oldest',
      batchSize: 10,
      logger,
    });
    await expect(spill.open('another key')).rejects.toThrow(
      `spill ${folder()}: has results of another source or database; run that once to store them, or name another folder`,
    );
    // Nothing has been touched, and nobody is kept out.
    expect(rowsOf(await drain(await open()))).toEqual(batch(1, 1).rows);
  });

  test('not a folder', async () => {
    writeFileSync(folder(), 'text');
    await expect(open()).rejects.toThrow(`spill ${folder()}: not a folder`);
    rmSync(folder());
    const spill = await open();
    writeFileSync(folder(), 'text');
    await expect(spill.append(batch(1, 1))).rejects.toThrow(`spill ${folder()}: not a folder`);
  });

  test('nowhere that one can be made', { timeout: 5000 }, async () => {
    const spill = new Spill({
      folder: '/proc/nope/spill',
      limit: 1e6,
      drop: 'oldest',
      batchSize: 10,
      logger,
    });
    await spill.open('key');
    await expect(spill.append(batch(1, 1))).rejects.toThrow(
      'spill /proc/nope/spill: no folder can be made there',
    );
  });

  test('in use by another process, until that is killed', async () => {
    mkdirSync(folder());
    const script = `
      import { FileLock } from ${JSON.stringify(join(import.meta.dirname, '../../src/storage/file-lock.ts'))};
      console.log((await FileLock.take(process.argv[1] + '/lock')) !== undefined);
      setInterval(() => {}, 1000);`;
    const args = ['--import', 'tsx', '--input-type=module', '-e', script, folder()];
    const other = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [said] = await once(other.stdout, 'data');
    expect(String(said)).toBe('true\n');
    const spill = await open();
    await expect(spill.append(batch(1, 1))).rejects.toThrow(`spill ${folder()}: in use by another process`);
    other.kill('SIGKILL');
    await once(other, 'exit');
    await spill.append(batch(1, 1));
    expect(await drain(spill)).toEqual([batch(1, 1)]);
  });

  test("a file that is not a spill's is told and left alone", async () => {
    header('text');
    const spill = await open();
    expect(damages()).toEqual([{ file: join(folder(), '00000007.spill'), offset: 0, lost: undefined }]);
    await spill.append(batch(1, 1));
    expect(segments()).toEqual(['00000007.spill', '00000008.spill']);
    await drain(spill);
    expect(segments()).toEqual(['00000007.spill']);
  });
});

type Step = { kind: 'append'; count: number; uncertain: boolean } | { kind: 'drain' | 'reopen' };

test('whatever is done in whatever order, results come out as they went in', async () => {
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({
      kind: fc.constant('append' as const),
      count: fc.integer({ min: 1, max: 12 }),
      uncertain: fc.boolean(),
    }),
    fc.record({ kind: fc.constantFrom('drain' as const, 'reopen' as const) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      rmSync(folder(), { recursive: true, force: true });
      let spill = await open();
      let writer = 1;
      let number = 0;
      const waiting: string[] = [];
      const seen = new Map<string, number>();
      for (const each of steps) {
        if (each.kind === 'append') {
          const added = batch(++number, each.count, `${writer}`);
          await spill.append(added, { uncertain: each.uncertain });
          waiting.push(...added.rows);
        } else if (each.kind === 'drain') {
          const first = await spill.first();
          const taken = waiting.splice(0, first?.rows.length ?? 0);
          expect(first?.rows ?? []).toEqual(taken);
          if (first) expect(first.number).toBeGreaterThan(seen.get(first.writer) ?? 0);
          if (first) seen.set(first.writer, first.number);
          await spill.dropFirst();
        } else {
          await spill.close();
          // What has been drained of a segment that is not removed yet comes again, under the same numbers.
          spill = await open();
          writer++;
          number = 0;
          for (let first = await spill.first(); first; first = await spill.first()) {
            if (first.number > (seen.get(first.writer) ?? 0)) break;
            await spill.dropFirst();
          }
        }
        expect(spill.count).toBe(waiting.length);
      }
      expect(rowsOf(await drain(spill))).toEqual(waiting);
      expect(existsSync(folder())).toBe(false);
    }),
    { numRuns: 60 },
  );
});
