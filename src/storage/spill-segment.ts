import { type FileHandle, open, readFile, rm } from 'node:fs/promises';
import type { Batch } from './batch.ts';
import {
  decodeHeader,
  encodeHeader,
  recordAt,
  rowsOf,
  type SegmentHeader,
  type SpillRecord,
} from './spill-record.ts';
import type { EncodedResult } from './store.ts';

/**
 * Records that are stored together. Which ones these are follows from the segment alone, from its beginning: a process that
 * begins anew with a segment makes the same groups, and so the numbers tell a store what it has already.
 */
interface Group {
  offset: number;
  end: number;
  /** How many results. */
  count: number;
  /** Takes no more: it is a batch that may be stored already, by its own number. */
  closed: boolean;
}

/** From where on a segment cannot be read, and how many results that costs: about, by the size of the others; undefined without any. */
export interface Damage {
  file: string;
  /** bytes */
  offset: number;
  lost: number | undefined;
}

export interface SegmentOptions {
  file: string;
  header: SegmentHeader;
  /** How many results are stored together at most, if they do not come in one batch. */
  groupSize: number;
}

/** One file of a spill: a line that says what it is, then batches of one writer, the oldest first. */
export class Segment {
  readonly file: string;
  readonly header: SegmentHeader;
  readonly #groupSize: number;
  readonly #groups: Group[] = [];
  #handle: FileHandle | undefined;
  /** Of the oldest group, once it has been read: it may be asked for again and again. */
  #first: Batch | undefined;
  /** Up to where it is known to be good. */
  #end: number;
  #count = 0;

  private constructor({ file, header, groupSize }: SegmentOptions, end: number) {
    this.file = file;
    this.header = header;
    this.#groupSize = groupSize;
    this.#end = end;
  }

  /** A new file, which takes batches. */
  static async create(options: SegmentOptions): Promise<Segment> {
    const line = encodeHeader(options.header);
    const segment = new Segment(options, line.length);
    segment.#handle = await open(options.file, 'wx');
    try {
      await writeAll(segment.#handle, line, 0);
      return segment;
    } catch (error) {
      await segment.remove();
      throw error;
    }
  }

  /** A file that is there. It takes no more batches. */
  static async read(
    file: string,
    groupSize: number,
  ): Promise<{ segment?: Segment; damage?: Damage; problem?: 'foreign' | 'newer' }> {
    const contents = await readFile(file);
    const found = decodeHeader(contents);
    if ('problem' in found) {
      if (found.problem !== 'damaged') return { problem: found.problem };
      return { damage: { file, offset: 0, lost: undefined } };
    }
    const segment = new Segment({ file, header: found.header, groupSize }, found.end);
    for (let record = recordAt(contents, found.end); record; record = recordAt(contents, segment.#end))
      segment.#add(record.count, record.uncertain, record.end);
    const damage = segment.#damage(contents.length);
    return damage ? { segment, damage } : { segment };
  }

  /** How many results it has. */
  get count(): number {
    return this.#count;
  }

  /** bytes */
  get size(): number {
    return this.#end;
  }

  /** Whether it takes batches: it is not sealed, and nobody has removed the file. */
  async isOpen(): Promise<boolean> {
    const stats = await this.#handle?.stat();
    return stats !== undefined && stats.nlink > 0;
  }

  /** Adds a batch and has it on the disk. After an error the segment has what it had before, and takes no more. */
  async append(batch: Batch, record: Buffer, uncertain: boolean): Promise<void> {
    const handle = this.#handle;
    if (!handle) throw new Error(`${this.file}: takes no more`);
    try {
      await writeAll(handle, record, this.#end);
      await handle.datasync();
      this.#add(batch.rows.length, uncertain, this.#end + record.length);
    } catch (error) {
      // What was written of it would look damaged.
      await handle.truncate(this.#end).catch(() => undefined);
      await this.seal();
      throw error;
    }
  }

  /** The oldest results that have not been dropped, as one batch, or what of it is not damaged. A segment that is read to its end takes no more. */
  async first(): Promise<{ batch?: Batch; damage?: Damage }> {
    const [group] = this.#groups;
    if (!group) return {};
    if (this.#first) return { batch: this.#first };
    if (this.#groups.length === 1) await this.seal();
    const bytes = await this.#bytes(group);
    const rows: string[] = [];
    let number = 0;
    let offset = 0;
    for (let record = recordAt(bytes, 0); record; record = recordAt(bytes, offset)) {
      for (const row of await rowsOf(record)) rows.push(row);
      ({ number, end: offset } = record);
    }
    this.#first = rows.length > 0 ? { writer: this.header.writer, number, rows } : undefined;
    const batch = this.#first ? { batch: this.#first } : {};
    if (offset === group.end - group.offset) return batch;
    // What came behind the damage would be taken for part of this batch, and dropped with it.
    await this.seal();
    const lost = this.#count - rows.length;
    this.#groups.length = 1;
    Object.assign(group, { end: group.offset + offset, count: rows.length });
    this.#count = rows.length;
    return { ...batch, damage: { file: this.file, offset: group.end, lost } };
  }

  /** The newest result, where it can be read. */
  async last(): Promise<EncodedResult | undefined> {
    const group = this.#groups.at(-1);
    const bytes = group ? await this.#bytes(group) : Buffer.alloc(0);
    let last: SpillRecord | undefined;
    for (let record = recordAt(bytes, 0); record; record = recordAt(bytes, record.end)) last = record;
    return last && (await rowsOf(last)).at(-1);
  }

  /** Forgets the oldest batch. */
  dropFirst(): void {
    this.#first = undefined;
    this.#count -= this.#groups.shift()?.count ?? 0;
  }

  /** Takes no more from now on. */
  async seal(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
  }

  async remove(): Promise<void> {
    await this.seal();
    await rm(this.file, { force: true });
  }

  /** What can be read of a group; nothing where the file is gone, or the disk does not give it. */
  async #bytes({ offset, end }: Group): Promise<Buffer> {
    const bytes = Buffer.alloc(end - offset);
    try {
      const handle = await open(this.file, 'r');
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, offset).finally(() => handle.close());
      return bytes.subarray(0, bytesRead);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'EIO') return Buffer.alloc(0);
      throw error;
    }
  }

  #add(count: number, uncertain: boolean, end: number): void {
    const last = this.#groups.at(-1);
    if (last && !last.closed && !uncertain && last.count + count <= this.#groupSize) {
      last.count += count;
      last.end = end;
    } else this.#groups.push({ offset: this.#end, end, count, closed: uncertain });
    this.#end = end;
    this.#count += count;
  }

  #damage(length: number): Damage | undefined {
    if (this.#end === length) return undefined;
    const [first] = this.#groups;
    const lost = first && Math.ceil(((length - this.#end) * this.#count) / (this.#end - first.offset));
    return { file: this.file, offset: this.#end, lost };
  }
}

async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
