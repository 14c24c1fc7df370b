import { open, stat } from 'node:fs/promises';
import type { Remark } from '../import/found.ts';
import { decodeText, NoTextError } from '../import/text.ts';
import { CommandFailure } from './failure.ts';

/** The largest file that is read, bytes: several hundred thousand destinations. */
const LARGEST = 64 * 2 ** 20;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'a folder: expected a file',
};

export interface ReadText {
  /** What lines about it call it. */
  name: string;
  text: string;
  notes: Remark[];
}

/** The text of a file, or of standard input where it is called `-`. Throws CommandFailure. */
export async function readText(file: string): Promise<ReadText> {
  const name = file === '-' ? 'standard input' : file;
  try {
    const bytes = await (file === '-' ? readAll(process.stdin) : readFile(file));
    if (bytes.length === 0) throw new CommandFailure(`${name}: empty`);
    return { name, ...decodeText(bytes) };
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    if (error instanceof NoTextError) throw new CommandFailure(`${name}: ${error.message}`);
    if (error instanceof TooLargeError)
      throw new CommandFailure(`${name}: too large: expected at most ${LARGEST / 2 ** 20} MiB`);
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new CommandFailure(`${name}: ${REASONS[code] ?? message}`);
  }
}

class TooLargeError extends Error {}

async function readFile(file: string): Promise<Buffer> {
  if ((await stat(file)).size > LARGEST) throw new TooLargeError();
  const handle = await open(file);
  return readAll(handle.createReadStream());
}

/** What has no size, such as a pipe, is not read beyond the limit. */
async function readAll(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > LARGEST) throw new TooLargeError();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
