import { Command, CommanderError } from 'commander';
import type { DataSource } from 'typeorm';
import { onTestFinished, vi } from 'vitest';
import { alertsCommand } from '../../src/cli/alerts.ts';
import { applyCommand } from '../../src/cli/apply.ts';
import { backupCommand } from '../../src/cli/backup.ts';
import { destinationsCommand } from '../../src/cli/destinations.ts';
import { doctorCommand } from '../../src/cli/doctor.ts';
import { exportCommand } from '../../src/cli/export.ts';
import { CommandFailure } from '../../src/cli/failure.ts';
import { gapsCommand } from '../../src/cli/gaps.ts';
import { historyCommand } from '../../src/cli/history.ts';
import { importCommand } from '../../src/cli/import.ts';
import { resultsCommand } from '../../src/cli/results.ts';
import { sourcesCommand } from '../../src/cli/sources.ts';
import { statsCommand } from '../../src/cli/stats.ts';
import { tokensCommand } from '../../src/cli/tokens.ts';
import { traceCommand } from '../../src/cli/trace.ts';
import { usersCommand } from '../../src/cli/users.ts';
import type { Destination } from '../../src/entities/destination.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { DatabaseError } from '../../src/storage/store.ts';

/** A connection as another process would have one, closed when the test ends. */
export async function connection(url: string): Promise<DataSource> {
  const dataSource = await openDatabase(url, { create: true, lockTimeout: 1000 });
  onTestFinished(() => dataSource.destroy());
  return dataSource;
}

export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

const COMMANDS = [
  destinationsCommand,
  sourcesCommand,
  resultsCommand,
  statsCommand,
  gapsCommand,
  historyCommand,
  traceCommand,
  exportCommand,
  importCommand,
  applyCommand,
  alertsCommand,
  backupCommand,
  doctorCommand,
  usersCommand,
  tokensCommand,
];

/** Runs a command in this process, with errors told as main does. */
export async function pinger(database: string, ...args: string[]): Promise<Ended> {
  const ended: Ended = { code: 0, stdout: '', stderr: '' };
  const program = new Command('pinger');
  for (const command of COMMANDS) program.addCommand(command());
  takeCharge(program, (text) => {
    ended.stderr += text;
  });
  const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    ended.stdout += chunk;
    return true;
  });
  const stderr = vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    ended.stderr += chunk;
    return true;
  });
  vi.stubEnv('PINGER_DATABASE', database);
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) ended.code = error.exitCode === 0 ? 0 : 2;
    else if (error instanceof CommandFailure || error instanceof DatabaseError) {
      ended.stderr += `${error.message}\n`;
      ended.code = error instanceof CommandFailure ? error.exitCode : 1;
    } else throw error;
  } finally {
    stdout.mockRestore();
    stderr.mockRestore();
    vi.unstubAllEnvs();
  }
  return ended;
}

function takeCharge(command: Command, writeErr: (text: string) => void): void {
  command.exitOverride().configureOutput({ writeErr });
  for (const child of command.commands) takeCharge(child, writeErr);
}

/** The objects of `--json` output. */
export const objects = ({ stdout }: Ended): Record<string, unknown>[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

/** The rows as SQLite's driver gives them: yes is 1, no is 0. */
export const destinationsOf = async (
  dataSource: DataSource,
): Promise<(Omit<Destination, 'active'> & { active: number })[]> => {
  const rows: Destination[] = await dataSource.query('SELECT * FROM destinations ORDER BY id');
  return rows.map((row) => ({ ...row, active: Number(row.active) }));
};

/** Stores rows of results, which have what is not given by default. */
export async function addResults(dataSource: DataSource, rows: Record<string, unknown>[]): Promise<void> {
  for (const row of rows) {
    const columns = { rtime: '1732000000000000000', outcome: 'reply', destination_id: 1, ...row };
    const names = Object.keys(columns);
    await dataSource.query(
      `INSERT INTO results (${names.join(', ')}) VALUES (${names.map((_, index) => `$${index + 1}`).join(', ')})`,
      Object.values(columns),
    );
  }
}
