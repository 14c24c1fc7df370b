import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import tab from '@bomb.sh/tab/commander';
import { Command, CommanderError } from 'commander';
import { InputError } from '../input/input-error.ts';
import { DatabaseError } from '../storage/store.ts';
import { FILES, MORE_FOR_BASH, takesFile } from './completion.ts';
import { CommandFailure } from './failure.ts';
import { print } from './output.ts';

/** The exit codes of every command. */
const DONE = 0;
const FAILED = 1;
const USAGE = 2;

/** Each loaded when it is asked for: all of them together take 15 MiB. */
const COMMANDS: Record<string, () => Promise<Command>> = {
  run: async () => (await import('./run.ts')).runCommand(),
  watch: async () => (await import('./watch.ts')).watchCommand(),
  trace: async () => (await import('./trace.ts')).traceCommand(),
  destinations: async () => (await import('./destinations.ts')).destinationsCommand(),
  sources: async () => (await import('./sources.ts')).sourcesCommand(),
  users: async () => (await import('./users.ts')).usersCommand(),
  tokens: async () => (await import('./tokens.ts')).tokensCommand(),
  results: async () => (await import('./results.ts')).resultsCommand(),
  stats: async () => (await import('./stats.ts')).statsCommand(),
  history: async () => (await import('./history.ts')).historyCommand(),
  alerts: async () => (await import('./alerts.ts')).alertsCommand(),
  gaps: async () => (await import('./gaps.ts')).gapsCommand(),
  export: async () => (await import('./export.ts')).exportCommand(),
  import: async () => (await import('./import.ts')).importCommand(),
  apply: async () => (await import('./apply.ts')).applyCommand(),
  backup: async () => (await import('./backup.ts')).backupCommand(),
  doctor: async () => (await import('./doctor.ts')).doctorCommand(),
  simulate: async () => (await import('./simulate.ts')).simulateCommand(),
  netsim: async () => (await import('./netsim.ts')).netsimCommand(),
};

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

const program = new Command('pinger')
  .description('Probes many hosts, each on its own schedule, and stores every answer in a database.')
  .version(version, '-V, --version')
  .addHelpText(
    'after',
    `
Examples:
  pinger run                            probe what the table of destinations says
  pinger run example.com 192.0.2.1 -i 200ms --duration 10s
  pinger watch                          all destinations as they are now, in the terminal
  pinger destinations add example.com --interval 5s
  pinger users add ada --role editor    somebody who may sign in to the page
  pinger results --outcome timeout --since 1h
  pinger stats --since 1h
  pinger history example.com --since 30d
  pinger alerts list                    what is wrong now, and was
  pinger export results --output results.parquet
  pinger doctor                         what is missing on this host, and what to do about it
  pinger simulate satellite-link        the monitor in a simulated network, in virtual time
  pinger trace example.com              the path to a host, with loss and times of each router
  source <(pinger complete bash)        completion; zsh, fish and powershell too`,
  );

// Whoever reads may have had enough, as head(1) has; a command that has more to do than print listens itself.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (program.args[0] === 'run') return;
  if (error.code === 'EPIPE') process.exit(DONE);
  process.stderr.write(`pinger: standard output: ${error.message}\n`);
  process.exit(FAILED);
});
// There is nowhere left to say it.
process.stderr.on('error', () => {});

/** The command line, with these commands; all of them unless given. To be made once. */
export async function commandLine(names: readonly string[] = Object.keys(COMMANDS)): Promise<Command> {
  for (const name of names) program.addCommand(await (COMMANDS[name] as () => Promise<Command>)());
  takeCharge(program);
  // Its commands take errors as the program does by then.
  tab(program);
  return program;
}

/** Runs a command to its end. */
export async function runProgram(args: readonly string[]): Promise<void> {
  try {
    const [name = ''] = args;
    const command = await commandLine(Object.hasOwn(COMMANDS, name) ? [name] : undefined);
    if (name === 'complete' && args[1] === '--' && takesFile(command, args.slice(2)))
      return await print([FILES]);
    await command.parseAsync(args, { from: 'user' });
    if (name === 'complete' && args[1] === 'bash') await print([MORE_FOR_BASH]);
  } catch (error) {
    process.exitCode = exitCodeOf(error);
  }
}

/** What is missing, or not there, is to be looked up. */
const LOOKED_UP = /^pinger: (unknown (command|option) '[^']*'|missing required argument '[^']*')$/;

/** Errors come back here instead of ending the process, and take one line. */
function takeCharge(command: Command): void {
  command.exitOverride();
  command.configureOutput({
    outputError: (text, write) => {
      const line = text
        .trim()
        .replace(/\n+\(/g, ' (')
        .replace(/^error:/, 'pinger:');
      write(LOOKED_UP.test(line) ? `${line}; see "${nameOf(command)} --help"\n` : `${line}\n`);
    },
  });
  for (const child of command.commands) {
    takeCharge(child);
  }
}

/** Such as `pinger destinations add`. */
const nameOf = (command: Command): string =>
  command.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name();

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? DONE : USAGE;
  if (error instanceof InputError) return exitCodeOf(new CommandFailure(error.message, 2));
  if (error instanceof CommandFailure || error instanceof DatabaseError) {
    process.stderr.write(`pinger: ${error.message}\n`);
    return error instanceof CommandFailure ? error.exitCode : FAILED;
  }
  process.stderr.write(`pinger: ${error instanceof Error ? (error.stack ?? error.message) : error}\n`);
  return FAILED;
}
