import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command, Option } from 'commander';
import { commandLine } from '../src/cli/program.ts';

/** Where manuals look for it: `man ./packaging/man/pinger.1`. */
export const MAN_PAGE = join(import.meta.dirname, '../packaging/man/pinger.1');

/** When what is written here by hand was written. */
const REVISED = 'November 26, 2026';

/** The manual page, from the commands themselves, in mdoc: https://man.openbsd.org/mdoc.7 */
export async function manPage(): Promise<string> {
  const program = await commandLine();
  const commands = leavesOf(program);
  return [
    '.\\" npm run docs writes this page from the commands themselves.',
    `.Dd ${REVISED}`,
    '.Dt PINGER 1',
    '.Os',
    '.Sh NAME',
    '.Nm pinger',
    `.Nd ${text(lower(program.description()).replace(/\.$/, ''))}`,
    '.Sh SYNOPSIS',
    ...commands.flatMap(({ name, command }) => ['.Nm pinger', ...synopsis(name, command)]),
    ...DESCRIPTION,
    '.Sh COMMANDS',
    ...commands.flatMap(({ name, command }) => described(name, command)),
    '.Sh ENVIRONMENT',
    'What an option says comes before its variable.',
    '.Bl -tag -width Ds',
    ...variables(commands.map(({ command }) => command)),
    '.El',
    ...REST,
    '',
  ].join('\n');
}

interface Leaf {
  /** Without the program's own, such as `destinations add`. */
  name: string;
  command: Command;
}

/** The commands that do something, in the order of the help. */
function leavesOf(parent: Command, prefix = ''): Leaf[] {
  const help = parent.createHelp();
  return help
    .visibleCommands(parent)
    .filter((command) => command.name() !== 'help')
    .flatMap((command) => {
      const name = `${prefix}${command.name()}`;
      return command.commands.length > 0 ? leavesOf(command, `${name} `) : [{ name, command }];
    });
}

function synopsis(name: string, command: Command): string[] {
  const args = command.registeredArguments.map((argument) => {
    const shown = `Ar ${word(argument.name())}${argument.variadic ? ' ...' : ''}`;
    return argument.required ? shown : `Op ${shown}`;
  });
  return [`.Cm ${name}`, '.Op Ar options', ...args.map((each) => `.${each}`)];
}

function described(name: string, command: Command): string[] {
  const options = command
    .createHelp()
    .visibleOptions(command)
    .filter(({ long }) => long !== '--help');
  const documented = command.registeredArguments.filter(({ description }) => description !== '');
  const items = [
    ...documented.flatMap((argument) => [
      `.It Ar ${word(argument.name())}`,
      ...prose(sentence(argument.description)),
    ]),
    ...options.flatMap((option) => [`.It ${flags(option)}`, ...prose(sentence(explained(option)))]),
  ];
  return [
    `.Ss pinger ${name}`,
    ...prose(command.description()),
    ...(items.length > 0 ? ['.Bl -tag -width Ds', ...items, '.El'] : []),
    ...afterwards(command),
  ];
}

/** `-i, --interval <time>` as mdoc has it. */
function flags({ short, long, flags }: Option): string {
  const [, argument] = /[<[]([^>\]]+)[>\]]/.exec(flags) ?? [];
  const names = [short, long].filter((name) => name !== undefined).map((name) => `Fl ${word(name.slice(1))}`);
  return names.join(' , ') + (argument === undefined ? '' : ` Ar ${word(argument)}`);
}

function explained({
  description,
  argChoices,
  defaultValue,
  defaultValueDescription,
  envVar,
}: Option): string {
  const facts = [
    ...(argChoices ? [`one of ${argChoices.join(', ')}`] : []),
    ...(defaultValue === undefined ? [] : [`default: ${defaultValueDescription ?? defaultValue}`]),
    ...(envVar === undefined ? [] : [`environment: ${envVar}`]),
  ];
  return facts.length > 0 ? `${description} (${facts.join('; ')})` : description;
}

/** What the help says after the options: paragraphs, and examples as they are typed. */
function afterwards(command: Command): string[] {
  let help = '';
  command.configureOutput({
    writeOut: (more) => {
      help += more;
    },
  });
  command.outputHelp();
  const [told = '', examples] = help.replace(command.helpInformation(), '').split(/^Examples?:\n/m);
  return [
    ...told
      .split(/\n\n+/)
      .filter((paragraph) => paragraph.trim() !== '')
      .flatMap((paragraph) => (isTable(paragraph) ? literal(paragraph) : ['.Pp', ...prose(paragraph)])),
    ...(examples === undefined ? [] : ['.Pp', 'Examples:', ...literal(examples.replace(/^ {2}/gm, ''))]),
  ];
}

/** The variables of all options, once each. */
function variables(commands: Command[]): string[] {
  const all = new Map<string, Option>();
  for (const option of commands.flatMap(({ options }) => options))
    if (option.envVar !== undefined && !all.has(option.envVar)) all.set(option.envVar, option);
  return [...all.entries()]
    .sort()
    .flatMap(([name, option]) => [
      `.It Ev ${name}`,
      ...prose(sentence(`As ${option.long}: ${option.description}`)),
    ]);
}

/** Whether the lines of a paragraph are what they are by their columns. */
const isTable = (paragraph: string): boolean => /^ {2}| {3}/m.test(paragraph);

const literal = (paragraph: string): string[] => [
  '.Bd -literal -offset indent',
  ...paragraph
    .replace(/^\n+|\n+$/g, '')
    .split('\n')
    .map(text),
  '.Ed',
];

/** A sentence begins a line, so that the formatter knows it, and a line has no more than 80 characters. */
const prose = (paragraph: string): string[] =>
  paragraph
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/([.!?][)"]?) (?=["(]?[A-Z])/g, '$1\n')
    .split('\n')
    .flatMap((each) => each.match(/\S.{0,69}(?= |$)|\S+/g) ?? [])
    .map(text);

/** A line of text: what roff would take for a request, or for an escape, is none; a hyphen is what one types. */
const text = (line: string): string =>
  line.replaceAll('\\', '\\e').replaceAll('-', '\\-').replace(/^[.']/, '\\&$&').replace(/\s+$/, '');

/** An argument of a macro. */
const word = (name: string): string => name.replaceAll('-', '\\-').replaceAll('|', '\\*(Ba');

const lower = (sentence: string): string => sentence.charAt(0).toLowerCase() + sentence.slice(1);

const sentence = (phrase: string): string => {
  const begun = phrase.charAt(0).toUpperCase() + phrase.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
};

const DESCRIPTION = `.Sh DESCRIPTION
A monitor, run by
.Cm run ,
follows the table of destinations in its database, probes each by ICMP,
TCP or UDP on its own schedule, and stores every answer.
It serves a page and an HTTP API, by default to this host alone at
http://127.0.0.1:8080/.
All other commands work on the same database while it runs, and it
follows their edits within a second.
.Pp
Times take a unit (200ms, 10s, 1h); a bare number is milliseconds.
Results go to standard output, notes and logs to standard error.
Probing by ICMP needs datagram sockets of it
.Pq Va net.ipv4.ping_group_range ;
TCP and UDP need root or
.Dv CAP_NET_RAW .`.split('\n');

const REST = `.Sh FILES
.Bl -tag -width Ds
.It Pa pinger.db
The database, in the current folder, unless
.Fl \\-database
names another; with pinger.db\\-wal and pinger.db\\-shm while it is open.
It has hashes of passwords and tokens: it is to be readable by its owner alone.
.It Pa pinger.db.SOURCE.spill
Results that wait for a database that takes none.
.It Pa /etc/default/pinger
Environment of the service.
.El
.Sh EXIT STATUS
.Bl -tag -width Ds
.It 0
Done.
.It 1
Failed; standard error has one line that says why.
.It 2
Wrong usage: an option, an argument or a setting.
.El
.Sh SIGNALS
.Bl -tag -width Ds
.It Dv SIGINT , Dv SIGTERM
End: no more probes, those in flight get up to a second, everything is written.
A second one ends the process at once.
.El
.Sh SEE ALSO
.Xr systemd.service 5 ,
.Xr capabilities 7 ,
.Xr ping 8`.split('\n');

if (process.argv[1] === import.meta.filename) writeFileSync(MAN_PAGE, await manPage());
