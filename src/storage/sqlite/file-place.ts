import { stat } from 'node:fs/promises';
import { DatabaseError } from '../store.ts';

/** Where a file was when it was opened: SQLite does not notice that somebody removes it, and goes on writing into nothing. */
export class FilePlace {
  readonly #file: string;
  readonly #inode: bigint | undefined;

  private constructor(file: string, inode: bigint | undefined) {
    this.#file = file;
    this.#inode = inode;
  }

  static async of(file: string): Promise<FilePlace> {
    return new FilePlace(file, await inodeOf(file));
  }

  /** Whether no file is there any more, or another one. */
  async isLeft(): Promise<boolean> {
    return this.#inode !== undefined && (await inodeOf(this.#file)) !== this.#inode;
  }

  /** Throws DatabaseError where the file is no longer there. */
  async check(): Promise<void> {
    if (await this.isLeft())
      throw new DatabaseError(`database ${this.#file}: the file has been removed or replaced`, true);
  }
}

/** Undefined for a database in memory as well. */
const inodeOf = async (file: string): Promise<bigint | undefined> =>
  file === ':memory:' ? undefined : (await stat(file, { bigint: true }).catch(() => undefined))?.ino;
