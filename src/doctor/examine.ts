import { readFileSync } from 'node:fs';
import type { Clock } from '../io/clock.ts';
import { type Libc, loadLibc } from '../io/libc.ts';
import { parseDatabaseUrl } from '../storage/database-url.ts';
import { clockFinding } from './clock.ts';
import { type Finding, NO_LOAD, type ReadFile } from './finding.ts';
import { kernelFindings } from './kernel.ts';
import { ipv6Finding, resolverFinding } from './network.ts';
import { socketFindings } from './sockets.ts';
import { type DatabaseExamined, examineSqlite } from './sqlite-findings.ts';

export interface Examination {
  /** URL of the database. */
  database: string;
  clock: Clock;
  /** ms since the Unix epoch. */
  now: number;
}

/** What there is to say of everything that a pinger needs here. Changes nothing, and probes nothing. */
export async function examine({ database, clock, now }: Examination): Promise<Finding[]> {
  const { findings, load } = await examineDatabase(database, now);
  return [
    ...findings,
    ...socketFindings(clock),
    clockFinding(libc()),
    ...kernelFindings(readFile, load),
    ipv6Finding(readFile, load),
    await resolverFinding(readFile, load),
  ];
}

async function examineDatabase(database: string, now: number): Promise<DatabaseExamined> {
  const parsed = parseDatabaseUrl(database);
  if (parsed.type === 'postgres')
    return (await import('./postgres-findings.ts')).examinePostgres(parsed.url, now);
  if (parsed.file !== ':memory:') return examineSqlite(parsed.file, now);
  const message = 'in memory: results are gone with the process';
  return { findings: [{ check: 'database', status: 'ok', message }], load: NO_LOAD };
}

const readFile: ReadFile = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

function libc(): Libc | undefined {
  try {
    return process.platform === 'linux' ? loadLibc() : undefined;
  } catch {
    return undefined;
  }
}
