import { Command } from 'commander';
import colours from 'picocolors';
import { examine } from '../doctor/examine.ts';
import type { Finding, Status } from '../doctor/finding.ts';
import { SystemClock } from '../io/clock.ts';
import { CommandFailure } from './failure.ts';
import { counted, oneLine } from './format.ts';
import { databaseOption, jsonOption } from './options.ts';
import { print, printJson } from './output.ts';

/** `pinger doctor`. */
export const doctorCommand = (): Command =>
  new Command('doctor')
    .description('Check what pinger needs on this host, and say what to do about what is missing.')
    .addOption(databaseOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Looks at the database (integrity, migrations, rows that cannot be probed, free space), at what this user may open
sockets for, at the clock, the kernel's limits, IPv6 and the name servers. Changes nothing and probes nothing; without a
database it looks at the host alone. The integrity of a large database takes a second a GiB or more.

ok: as it is to be; warn: something is missing, or soon will be; fail: pinger does not work so. Exit code 1: something
fails.

Examples:
  pinger doctor
  sudo pinger doctor --database sqlite:/var/lib/pinger/pinger.db
  pinger doctor --json | jq -r 'select(.status != "ok") | .advice'`,
    )
    .action(doctor);

async function doctor({ database, json }: { database: string; json?: true }): Promise<void> {
  const findings = await examine({ database, clock: new SystemClock(), now: Date.now() });
  await (json ? printJson(findings) : print(lines(findings)));
  const failures = findings.filter(({ status }) => status === 'fail').length;
  if (failures > 0) throw new CommandFailure(`${counted(failures, 'check')} failed, as told above`);
}

/** picocolors colours wherever CI is set, what goes into a pipe included. */
const { green, yellow, red } = colours.createColors(
  colours.isColorSupported && (process.stdout.isTTY === true || 'FORCE_COLOR' in process.env),
);

const COLOURS: Readonly<Record<Status, (text: string) => string>> = { ok: green, warn: yellow, fail: red };

/** One line each. */
function lines(findings: readonly Finding[]): string[] {
  const width = Math.max(...findings.map(({ check }) => check.length));
  return findings.map(({ check, status, message, advice }) => {
    const told = oneLine(`${message}${advice === undefined ? '' : ` → ${advice}`}`);
    return `${COLOURS[status](status.padEnd(4))}  ${check.padEnd(width)}  ${told}`;
  });
}
