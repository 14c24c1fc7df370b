import { open, readdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Logger } from '../logger.ts';
import { BATCH_SIZE, type Batch } from './batch.ts';
import { FileLock } from './file-lock.ts';
import { makeFolder } from './make-folder.ts';
import { encodeRecord } from './spill-record.ts';
import { type Damage, Segment } from './spill-segment.ts';
import type { EncodedResult } from './store.ts';

/** Which results go when a spill is full. */
export const DROPS = ['oldest', 'newest'] as const;
export type Drop = (typeof DROPS)[number];

export interface SpillOptions {
  folder: string;
  /** How large all of its files may get, bytes. */
  limit: number;
  drop: Drop;
  /** How many results are stored together at most; 4,000 unless given. */
  batchSize?: number;
  /** Told of what cannot be read any more. */
  logger: Logger;
}

/** A spill that cannot be used, told in one line that names its folder. */
export class SpillError extends Error {
  override readonly name = 'SpillError';
}

/** Small enough that dropping the oldest drops little, large enough that there are few. bytes */
const SEGMENT_SIZE = 8 * 2 ** 20;
/** So many segments at least fill a spill. */
const SEGMENTS = 8;

const SEGMENT = /^\d{8}\.spill$/;

/**
 * Where batches wait on the disk for a database that takes none: a folder of segments, which is made when it is first needed,
 * and removed when it is empty. What has been appended survives the death of the process and of the host.
 *
 * One call at a time.
 */
export class Spill {
  readonly folder: string;
  readonly #options: SpillOptions;
  readonly #segments: Segment[] = [];
  #source = '';
  #lock: FileLock | undefined;
  #newest = 0;

  constructor(options: SpillOptions) {
    this.folder = options.folder;
    this.#options = options;
  }

  /** Finds what an earlier process has left for the source with this key. Throws SpillError. */
  async open(source: string): Promise<void> {
    this.#source = source;
    const files = await this.#files();
    if (files.length === 0) return;
    await this.#use();
    try {
      for (const file of files) await this.#find(file);
      this.#newest = Number.parseInt(files.at(-1) as string, 10);
      await this.#tidy();
    } catch (error) {
      await this.close();
      throw this.#error(error);
    }
  }

  /** How many results it has. */
  get count(): number {
    return this.#segments.reduce((sum, { count }) => sum + count, 0);
  }

  /** bytes on the disk */
  get size(): number {
    return this.#segments.reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * Adds a batch behind all others, and returns how many results were dropped for want of room. Throws SpillError.
   * `uncertain`: whether it has been tried to store the batch, which may have succeeded.
   */
  async append(batch: Batch, { uncertain = false } = {}): Promise<number> {
    try {
      const record = await encodeRecord(batch, uncertain);
      const { limit, drop } = this.#options;
      if (record.length > limit || (drop === 'newest' && this.size + record.length > limit))
        return batch.rows.length;
      let dropped = 0;
      while (this.#segments.length > 0 && this.size + record.length > limit)
        dropped += await this.#removeOldest();
      const segment = await this.#segmentFor(batch.writer);
      await segment.append(batch, record, uncertain);
      return dropped;
    } catch (error) {
      if (this.#segments.at(-1)?.count === 0) await this.#segments.pop()?.remove();
      await this.#tidy();
      throw this.#error(error);
    }
  }

  /** The oldest results, as a batch that may be of several; the same until it is dropped. Throws SpillError. */
  async first(): Promise<Batch | undefined> {
    try {
      for (;;) {
        const [segment] = this.#segments;
        if (!segment) return undefined;
        const { batch, damage } = await segment.first();
        if (damage) this.#tell(damage);
        if (batch) return batch;
        await this.#removeOldest();
      }
    } catch (error) {
      throw this.#error(error);
    }
  }

  /** The newest result it has, where that can be read. */
  async last(): Promise<EncodedResult | undefined> {
    return this.#segments.at(-1)?.last();
  }

  /** Drops what `first` has returned. Throws SpillError. */
  async dropFirst(): Promise<void> {
    try {
      this.#segments[0]?.dropFirst();
      await this.#tidy();
    } catch (error) {
      throw this.#error(error);
    }
  }

  /** Leaves everything as it is. */
  async close(): Promise<void> {
    for (const segment of this.#segments.splice(0)) await segment.seal();
    await this.#leave();
  }

  async #leave(): Promise<void> {
    await this.#lock?.release();
    this.#lock = undefined;
  }

  get #groupSize(): number {
    return this.#options.batchSize ?? BATCH_SIZE;
  }

  #tell({ file, offset, lost }: Damage): void {
    this.#options.logger.warn('spill.damaged', { file, offset, lost });
  }

  async #files(): Promise<string[]> {
    try {
      return (await readdir(this.folder)).filter((name) => SEGMENT.test(name)).sort();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw this.#error(error);
    }
  }

  /** Makes the folder where there is none, and keeps other processes out. */
  async #use(): Promise<void> {
    if (await makeFolder(this.folder)) {
      // Somebody has removed it, and the lock with it.
      await this.#leave();
      await sync(dirname(this.folder));
    }
    if (this.#lock) return;
    this.#lock = await FileLock.take(join(this.folder, 'lock'));
    if (!this.#lock) throw new SpillError(`spill ${this.folder}: in use by another process`);
  }

  async #find(name: string): Promise<void> {
    const file = join(this.folder, name);
    const { segment, damage, problem } = await Segment.read(file, this.#groupSize);
    // Whatever it is, it is not ours to remove.
    if (problem === 'foreign') this.#tell({ file, offset: 0, lost: undefined });
    if (problem === 'newer')
      throw new SpillError(
        `spill ${this.folder}: ${name} was made by a newer version of pinger; update pinger`,
      );
    if (segment && segment.header.source !== this.#source)
      throw new SpillError(
        `spill ${this.folder}: has results of another source or database; run that once to store them, or name another folder`,
      );
    if (damage) this.#tell(damage);
    if (segment) this.#segments.push(segment);
    else if (!problem) await rm(file);
  }

  async #segmentFor(writer: string): Promise<Segment> {
    const last = this.#segments.at(-1);
    const { limit } = this.#options;
    const groupSize = this.#groupSize;
    const largest = Math.min(SEGMENT_SIZE, limit / SEGMENTS);
    const isOpen = last && (await last.isOpen());
    if (isOpen && last.header.writer === writer && last.size < largest) return last;
    await last?.seal();
    await this.#use();
    this.#newest++;
    const file = join(this.folder, `${String(this.#newest).padStart(8, '0')}.spill`);
    const header = { writer, source: this.#source };
    const segment = await Segment.create({ file, header, groupSize });
    this.#segments.push(segment);
    await sync(this.folder);
    return segment;
  }

  /** Removes what has been drained, and everything when that is all. */
  async #tidy(): Promise<void> {
    while (this.#segments[0]?.count === 0) await this.#removeOldest();
    if (this.#segments.length > 0 || !this.#lock) return;
    await this.#leave();
    // Somebody may keep something else there.
    await rmdir(this.folder).catch(() => undefined);
  }

  /** Returns how many results it had. */
  async #removeOldest(): Promise<number> {
    const segment = this.#segments.shift();
    await segment?.remove();
    // Were it there again after a power failure, its results would follow newer ones.
    await sync(this.folder);
    return segment?.count ?? 0;
  }

  #error(error: unknown): SpillError {
    if (error instanceof SpillError) return error;
    const { code, message } = error as NodeJS.ErrnoException;
    return new SpillError(`spill ${this.folder}: ${(code && REASONS[code]) ?? message}`, { cause: error });
  }
}

/** Has what is in a folder survive a power failure. A folder that is gone has nothing. */
async function sync(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r');
    await folder.sync().finally(() => folder.close());
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'its file system is read-only',
  ENOENT: 'no folder can be made there',
  ENOTDIR: 'not a folder',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
};
