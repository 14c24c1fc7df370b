import { expect } from 'vitest';
import type { Outcome } from '../../src/entities/outcome.ts';
import { openDatabase } from '../../src/storage/database.ts';
import type { NewResult } from '../../src/storage/store.ts';
import { MAIN, Running } from './command.ts';
import type { Namespaces } from './namespaces.ts';

/** A line of a result, as `pinger run --json` prints it. */
export interface ResultLine extends Omit<NewResult, 'rtime' | 'reason'> {
  type: 'result';
  destination: string;
  rtime: string;
  reason?: string;
}

export type SummaryLine = { type: 'summary'; destination: string; loss: number | null } & Record<
  Outcome | 'sent' | 'received' | 'corrupt',
  number
>;

export type CountersLine = { type: 'counters' } & Record<
  'sent' | 'received' | 'dropped' | 'ignored' | 'foreign' | 'missed' | 'results' | 'stored' | 'lateness_p50',
  number
>;

type Line = ResultLine | SummaryLine | CountersLine;

/** What a run of pinger printed. */
export class Report {
  readonly results: ResultLine[];
  readonly counters: CountersLine;
  readonly #lines: Line[];

  constructor(stdout: string) {
    this.#lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
    this.results = this.#lines.filter((line): line is ResultLine => line.type === 'result');
    this.counters = this.#lines.at(-1) as CountersLine;
  }

  of(destination: string): ResultLine[] {
    return this.results.filter((result) => result.destination === destination);
  }

  summary(destination: string): SummaryLine {
    const found = this.#lines.find(
      (line): line is SummaryLine => line.type === 'summary' && line.destination === destination,
    );
    if (!found) throw new Error(`nothing of ${destination} is in the summary`);
    return found;
  }

  /** The different values that columns have in a destination's results. */
  distinct(destination: string, ...columns: (keyof ResultLine)[]): string[] {
    return distinct(this.of(destination), ...columns);
  }

  /** Every probe sent has exactly one settling result, and no destination has a gap in its sequences. */
  expectAccounted(): void {
    const first = this.results.filter(({ outcome }) => outcome !== 'late' && outcome !== 'duplicate');
    expect(first.filter(({ outcome }) => outcome !== 'unsent')).toHaveLength(this.counters.sent);
    const sequences = new Map<number, number[]>();
    for (const { destination_id, rseq } of first)
      sequences.set(destination_id, [...(sequences.get(destination_id) ?? []), rseq]);
    for (const found of sequences.values())
      expect(found.sort((a, b) => a - b)).toEqual(found.map((_, index) => index));
  }
}

/** The different values that columns have in results, one line each. */
export const distinct = (results: ResultLine[], ...columns: (keyof ResultLine)[]): string[] =>
  [...new Set(results.map((result) => columns.map((column) => String(result[column])).join(' ')))].sort();

/** Starts pinger on the source of a network. */
export const startProbing = (network: Namespaces, file: string, ...args: string[]): Running =>
  new Running(
    network.start('source', process.execPath, MAIN, 'run', '--json', '--database', `sqlite:${file}`, ...args),
  );

/** Waits until pinger has ended well. */
export async function reportOf(running: Running): Promise<Report> {
  const { code, stdout, stderr } = await running.finished;
  expect(`${code} ${stderr}`).toMatch(/^0 /);
  return new Report(stdout);
}

/** Runs pinger on the source of a network to its end. */
export const probe = (network: Namespaces, file: string, ...args: string[]): Promise<Report> =>
  reportOf(startProbing(network, file, ...args));

/** The label of a destination, which the command line takes as its address, too. */
export const url = (protocol: 'icmp' | 'tcp' | 'udp', address: string, port?: number): string => {
  if (protocol === 'icmp') return address;
  return `${protocol}://${address.includes(':') ? `[${address}]` : address}:${port}`;
};

/** Makes a database with all tables, and nothing in them. */
export async function makeDatabase(file: string): Promise<void> {
  const database = await openDatabase(`sqlite:${file}`, { create: true, lockTimeout: 1000 });
  await database.destroy();
}
