import type { Capabilities } from './look.ts';
import type { Reader } from './reader.ts';
import type { Surroundings } from './screen.ts';
import { safe } from './text.ts';

export interface ScreenOptions {
  width: number;
  height: number;
  database: string;
  capabilities: Capabilities;
  /** What is to be told besides. */
  notice?: string | undefined;
}

/** What a screen of this size tells besides its rows. */
export function surroundingsOf(
  reader: Reader,
  { database, capabilities, notice, ...size }: ScreenOptions,
): Surroundings {
  const { watched, problem, remark } = reader;
  return {
    ...size,
    ...capabilities,
    now: Date.now(),
    database: safe(database),
    sources: watched.sources.map(({ name }) => safe(name)).filter((name) => name !== ''),
    newest: watched.newest === null ? null : Number(watched.newest / 1_000_000n),
    problem,
    remark: notice ?? remark,
    counts: watched.counts,
  };
}
