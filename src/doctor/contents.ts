import { migrations } from '../entities/index.ts';
import { hasPort, type Protocol, protocolFamily } from '../entities/protocol.ts';
import { type DestinationRow, settingsOf } from '../entities/settings.ts';
import type { Finding, Load } from './finding.ts';

/** Runs a statement; parameters are $1, $2, … */
export type Query = (sql: string, parameters?: readonly unknown[]) => Promise<Record<string, unknown>[]>;

/** So many bad rows are told one by one. */
const MOST_ROWS = 10;

/** A monitor that has stored nothing for so long has none to store, or is not running. ms */
const SILENT = 300_000;

/** Whether the schema is this version's. `tables`: the names of those that there are. */
export async function migrationFinding(query: Query, tables: ReadonlySet<string>): Promise<Finding> {
  const check = 'migrations';
  const rows = tables.has('migrations') ? await query('SELECT name FROM migrations ORDER BY id') : [];
  const done = new Set(rows.map(({ name }) => String(name)));
  const known = migrations.map(({ name }) => name);
  const unknown = [...done].find((name) => !known.includes(name));
  if (unknown !== undefined)
    return {
      check,
      status: 'fail',
      message: `made by a newer version of pinger (it has ${unknown})`,
      advice: 'update pinger',
    };
  const pending = known.filter((name) => !done.has(name));
  if (pending.length === 0) return { check, status: 'ok', message: `all ${known.length} have run` };
  return {
    check,
    status: 'warn',
    message: `${pending.length} of ${known.length} have not run yet`,
    advice: 'any other command runs them; back up the database before',
  };
}

/** The destinations: the rows that cannot be probed, and what the others ask of the host. */
export async function destinationFindings(query: Query): Promise<{ findings: Finding[]; load: Load }> {
  const check = 'destinations';
  const stored = await query('SELECT * FROM destinations ORDER BY id');
  const rows = stored.map((row) => ({ ...row, active: Boolean(row.active) }) as unknown as DestinationRow);
  const bad = rows.flatMap((row) => {
    const settings = settingsOf(row);
    return 'problem' in settings ? [{ id: row.id, problem: settings.problem }] : [];
  });
  const findings = bad.slice(0, MOST_ROWS).map(
    ({ id, problem }): Finding => ({
      check,
      status: 'warn',
      message: `destination ${id} cannot be probed: ${problem}`,
      advice: `pinger destinations set ${id} --help`,
    }),
  );
  const more = bad.length - findings.length;
  if (more > 0)
    findings.push({
      check,
      status: 'warn',
      message: `${more} more cannot be probed`,
      advice: 'pinger destinations list',
    });
  const load = loadOf(rows);
  const probed = `${load.destinations} of ${rows.length} are probed, ${Number(load.rate.toFixed(1))} probes a second`;
  if (rows.length === 0)
    findings.push({
      check,
      status: 'ok',
      message: 'none yet',
      advice: 'pinger destinations add example.com',
    });
  else findings.push({ check, status: 'ok', message: probed });
  return { findings, load };
}

function loadOf(rows: readonly DestinationRow[]): Load {
  const probed = rows
    .filter(({ active }) => active)
    .flatMap((row) => {
      const settings = settingsOf(row);
      return 'problem' in settings ? [] : [settings];
    });
  return {
    destinations: probed.length,
    rate: probed.reduce((sum, { interval }) => sum + 1000 / interval, 0),
    ports: probed.some(({ protocol }) => hasPort(protocol as Protocol)),
    ipv6: probed.some(({ protocol }) => protocolFamily(protocol) === 6),
    names: probed.some(({ named }) => named),
  };
}

/** When the newest result came. `now`: ms since the Unix epoch. */
export async function resultFinding(query: Query, { destinations }: Load, now: number): Promise<Finding> {
  const check = 'results';
  const [row] = await query(
    `SELECT CAST(rtime AS TEXT) AS rtime FROM located_results
      WHERE id = (SELECT id FROM newest_result)
        AND last_id >= (SELECT id FROM newest_result) AND first_id <= (SELECT id FROM newest_result)`,
  );
  if (!row) return { check, status: 'ok', message: 'none yet' };
  const age = now - Number(BigInt(String(row.rtime)) / 1_000_000n);
  const message = `the newest is ${age < 0 ? 'from the future' : `${spanOf(age)} old`}`;
  if (age >= 0 && (age < SILENT || destinations === 0)) return { check, status: 'ok', message };
  return {
    check,
    status: 'warn',
    message,
    advice: age < 0 ? 'look at the clock' : 'is a pinger running? pinger run',
  };
}

function spanOf(ms: number): string {
  const [length, unit] = (
    [
      [86_400_000, 'd'],
      [3_600_000, 'h'],
      [60_000, 'min'],
    ] as const
  ).find(([length]) => ms >= length) ?? [1000, 's'];
  return `${Math.floor(ms / length)} ${unit}`;
}
