import { Readable } from 'node:stream';
import { vi } from 'vitest';

/** Runs what reads standard input, which has this text. */
export async function typing<T>(text: string, run: () => Promise<T>): Promise<T> {
  const input = vi
    .spyOn(process, 'stdin', 'get')
    .mockReturnValue(Readable.from([text]) as typeof process.stdin);
  try {
    return await run();
  } finally {
    input.mockRestore();
  }
}
