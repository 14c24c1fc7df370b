import { once } from 'node:events';

/** Writes lines to standard output. Resolves when it takes more; rejects with an AbortError when `signal` comes first. */
export async function print(lines: readonly string[], signal?: AbortSignal): Promise<void> {
  if (lines.length === 0 || process.stdout.write(`${lines.join('\n')}\n`)) return;
  await once(process.stdout, 'drain', { signal });
}

/** One JSON object a line. */
export const printJson = (rows: readonly object[], signal?: AbortSignal): Promise<void> =>
  print(
    rows.map((row) => JSON.stringify(row)),
    signal,
  );

/** Notes go to standard error, which leaves standard output to results. */
export const tell = (text: string): void => void process.stderr.write(`${text}\n`);
