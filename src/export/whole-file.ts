import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { access, type FileHandle, link, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

/** Something that keeps a file from being written, in one line that names it. */
export class FileError extends Error {
  override readonly name = 'FileError';
}

/** File systems without links say so in these ways. */
const WITHOUT_LINKS: ReadonlySet<unknown> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'the folder does not exist',
  ENOTDIR: 'the folder does not exist',
  EACCES: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'larger than the file system allows',
};

/**
 * A file that is there only when it is whole: until then it has a temporary name beside its own. Nothing that is there
 * already is replaced unless `force` is set. What is no ordinary file, such as a pipe or /dev/null, is written to directly.
 */
export class WholeFile {
  /** Where to write until then. */
  readonly path: string;
  readonly #shown: string;
  readonly #target: string;
  readonly #force: boolean;
  #handle: FileHandle | undefined;
  #abandoned = false;

  private constructor(shown: string, target: string, force: boolean, direct: boolean) {
    this.#shown = shown;
    this.#target = target;
    this.#force = force;
    const part = `.${basename(target)}.${randomBytes(4).toString('hex')}.part`;
    this.path = direct ? target : join(dirname(target), part);
  }

  /** Throws FileError where it could not be written. */
  static async begin(file: string, { force = false } = {}): Promise<WholeFile> {
    const found = await stat(file).catch(() => undefined);
    if (found?.isDirectory()) throw new FileError(`${file}: a folder: expected the path of a file`);
    if (found?.isFile() && !force) throw alreadyThere(file);
    const target = found ? await realpath(file) : resolve(file);
    const whole = new WholeFile(file, target, force, isDirect(found));
    if (!isDirect(found))
      await access(dirname(target), constants.W_OK).catch((error) => {
        throw whole.error(error);
      });
    return whole;
  }

  /** Throws FileError. */
  async write(bytes: Uint8Array | string): Promise<void> {
    if (this.#abandoned) throw new FileError(`${this.#shown}: abandoned`);
    try {
      this.#handle ??= await open(this.path, this.path === this.#target ? 'w' : 'wx');
      await this.#handle.appendFile(bytes);
    } catch (error) {
      throw this.error(error);
    }
  }

  /** Gives the file its name once everything is on the disk. Throws FileError. */
  async finish(): Promise<void> {
    if (this.#abandoned) throw new FileError(`${this.#shown}: abandoned`);
    try {
      // Something else may have written it, or nobody anything.
      const handle = this.#handle ?? (await open(this.path, 'a'));
      this.#handle = undefined;
      if (this.path === this.#target) return await handle.close();
      await handle.sync().finally(() => handle.close());
      if (this.#force) await rename(this.path, this.#target);
      else await this.#nameNew();
    } catch (error) {
      throw this.error(error);
    }
  }

  /** Leaves nothing behind of a file that is not finished; whoever still writes to it gets a FileError. */
  async abandon(): Promise<void> {
    this.#abandoned = true;
    await this.#handle?.close().catch(() => undefined);
    this.#handle = undefined;
    if (this.path !== this.#target) await rm(this.path, { force: true });
  }

  /** Any error as one that names the file. */
  error(error: unknown): FileError {
    if (error instanceof FileError) return error;
    const { code = '', message } = error as NodeJS.ErrnoException;
    return new FileError(`${this.#shown}: ${REASONS[code] ?? message}`, { cause: error });
  }

  /** A link, unlike another name, replaces nothing. */
  async #nameNew(): Promise<void> {
    try {
      await link(this.path, this.#target);
      await rm(this.path);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') throw alreadyThere(this.#shown);
      if (!WITHOUT_LINKS.has(code)) throw error;
      if (await stat(this.#target).catch(() => undefined)) throw alreadyThere(this.#shown);
      await rename(this.path, this.#target);
    }
  }
}

const isDirect = (found: Stats | undefined): boolean => found !== undefined && !found.isFile();

const alreadyThere = (file: string): FileError =>
  new FileError(`${file}: is there already; --force replaces it`);
