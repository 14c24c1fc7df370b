import { once } from 'node:events';
import type { Sink } from '../export/row-writer.ts';
import { FileError, WholeFile } from '../export/whole-file.ts';
import { CommandFailure } from './failure.ts';
import { signalled } from './signals.ts';

export interface OutputOptions {
  /** The file; without it, standard output. */
  output?: string | undefined;
  force?: boolean | undefined;
}

/**
 * Has `work` write a file that is there whole or not at all, or standard output. Throws CommandFailure where that fails,
 * and where a signal comes first.
 */
export async function toOutput<T>(
  { output, force }: OutputOptions,
  work: (sink: Sink) => Promise<T>,
): Promise<T> {
  if (output === undefined || output === '-') return work(toStandardOutput);
  return withWholeFile(output, { force }, (file) => work((bytes) => file.write(bytes)));
}

/** Has `work` fill a file, which gets its name when that is done. Throws CommandFailure, and what `work` throws. */
export async function withWholeFile<T>(
  output: string,
  { force = false }: { force?: boolean | undefined },
  work: (file: WholeFile, interruption: AbortSignal) => Promise<T>,
): Promise<T> {
  let file: WholeFile | undefined;
  try {
    file = await WholeFile.begin(output, { force });
    const value = await untilSignal(file, work, `interrupted: ${output} is not written`);
    await file.finish();
    return value;
  } catch (error) {
    await file?.abandon();
    throw error instanceof FileError ? new CommandFailure(error.message) : error;
  }
}

/** At a signal, what is written so far goes at once, and `work` ends at what it writes next. */
async function untilSignal<T>(
  file: WholeFile,
  work: (file: WholeFile, interruption: AbortSignal) => Promise<T>,
  interruption: string,
): Promise<T> {
  const controller = new AbortController();
  const interrupted = signalled().then(() => {
    controller.abort();
    return file.abandon();
  });
  const working = work(file, controller.signal);
  await Promise.race([working.catch(() => undefined), interrupted]);
  if (!controller.signal.aborted) return working;
  await working.catch(() => undefined);
  throw new CommandFailure(interruption);
}

async function toStandardOutput(bytes: Uint8Array | string): Promise<void> {
  if (!process.stdout.write(bytes)) await once(process.stdout, 'drain');
}
