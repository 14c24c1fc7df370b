import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Command } from 'commander';
import { beforeAll, describe, expect, test } from 'vitest';
import { commandLine } from '../src/cli/program.ts';
import { pinger } from './support/command.ts';
import { temporaryFolder } from './support/files.ts';
import { canOpenRawSockets } from './support/privileges.ts';

const ROOT = join(import.meta.dirname, '..');
const DOCS = join(ROOT, 'docs');
const GUIDES = [
  'README.md',
  'CHANGELOG.md',
  ...readdirSync(DOCS)
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
/** Those that are written by programs. */
const GENERATED = ['docs/statecharts.md', 'docs/benchmarks.md', 'docs/benchmarks-storage.md'];

const textOf = (guide: string): string => readFileSync(join(ROOT, guide), 'utf8');

/** The names by which GitHub shows the headings of a text. */
const anchorsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

test.each(GUIDES)('what %s refers to is there', (guide) => {
  const links = [...textOf(guide).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  const lost = links.filter((link) => {
    if (/^https?:/.test(link)) return false;
    const [path = '', anchor] = link.split('#');
    const file = path === '' ? join(ROOT, guide) : join(ROOT, dirname(guide), path);
    if (!existsSync(file) || relative(ROOT, file).startsWith('..')) return true;
    return anchor !== undefined && !anchorsOf(readFileSync(file, 'utf8')).includes(anchor);
  });
  expect(lost).toEqual([]);
});

test('every guide is one sitting, and the README tells of all of them', () => {
  const size = (guide: string) => statSync(join(ROOT, guide)).size;
  const written = GUIDES.filter((guide) => guide !== 'CHANGELOG.md' && !GENERATED.includes(guide));
  expect(written.filter((guide) => size(guide) > (guide === 'README.md' ? 12 : 10) * 1024)).toEqual([]);
  const readme = textOf('README.md') + textOf('docs/development.md') + textOf('docs/architecture.md');
  expect(GUIDES.filter((guide) => !readme.includes(guide.replace('docs/', '')))).toEqual([
    'README.md',
    'CHANGELOG.md',
  ]);
});

/** The lines that a reader may type: of shell blocks all, of consoles what follows the prompt. */
function typed(text: string): string[] {
  const blocks = [...text.matchAll(/^```(sh|console)\n(.*?)^```/gms)];
  return blocks.flatMap(([, kind, block = '']) => {
    const lines = block.replaceAll('\\\n', ' ').split('\n');
    return kind === 'sh' ? lines : lines.filter((line) => /^[$#] /.test(line)).map((line) => line.slice(2));
  });
}

const CALL =
  /^\s*(?:(?:sudo|[A-Z_]+=\S*|ip netns exec \S+|podman exec -it pinger) )*(?:pinger|pinger-service|npm start --) (.*)$/;

/** The arguments of each call of pinger in a line. */
const callsIn = (line: string): string[][] =>
  line
    .replace(/(^|\s)#.*$/, '')
    .split(/[|;()]|&&/)
    .flatMap((part) => {
      const [, args] = CALL.exec(part) ?? [];
      return args === undefined ? [] : [args.match(/'[^']*'|"[^"]*"|\S+/g) ?? []];
    });

describe('commands', () => {
  let program: Command;

  beforeAll(async () => {
    program = await commandLine();
  });

  /** What of a call there is not: a command or an option. */
  function unknownOf(args: string[]): string[] {
    let command = program;
    let rest = args;
    for (;;) {
      const [name] = rest;
      const child = command.commands.find((each) => each.name() === name);
      if (!child) break;
      command = child;
      rest = rest.slice(1);
    }
    if (command.commands.length > 0 && rest.some((word) => /^[a-z]/.test(word))) return rest;
    const flags = command.options.flatMap(({ short, long }) => [short, long]);
    return rest.filter(
      (word) => /^-/.test(word) && word !== '--help' && !flags.includes(word.replace(/=.*/, '')),
    );
  }

  test.each(GUIDES)('those of %s exist, and so do their options', (guide) => {
    const calls = typed(textOf(guide)).flatMap(callsIn);
    const wrong = calls.filter((args) => unknownOf(args).length > 0).map((args) => args.join(' '));
    expect(wrong).toEqual([]);
  });

  test('one that there is not would be found', () => {
    expect(unknownOf(['run', '--bogus'])).toEqual(['--bogus']);
    expect(unknownOf(['destinations', 'bogus'])).toEqual(['bogus']);
    expect(callsIn('cat x | sudo pinger run -4 # so')).toEqual([['run', '-4']]);
    expect(callsIn('journalctl -u pinger -f')).toEqual([]);
  });
});

/** What a guide shows after a prompt, up to the end of the block. */
function shown(guide: string, command: string): string {
  const text = textOf(guide);
  const start = text.indexOf(`$ ${command}\n`);
  expect(start, `${command} in ${guide}`).toBeGreaterThan(0);
  return text.slice(start + command.length + 3, text.indexOf('```', start));
}

describe('what commands print is what the guides show', () => {
  const folder = temporaryFolder();
  /** How fast the machine is, is not. */
  const untimed = (text: string) => text.replace(/ simulated in .*/, '');

  test('the README: a satellite link', async () => {
    const { stdout } = await pinger(['simulate', 'satellite-link']);
    expect(untimed(stdout)).toBe(untimed(shown('README.md', 'pinger simulate satellite-link')));
  });

  test('the example of a scenario', async () => {
    const file = join(folder(), 'two-ways.yaml');
    const [, scenario = ''] = /```yaml\n(.*?)```/s.exec(textOf('docs/simulation.md')) ?? [];
    writeFileSync(file, scenario);
    const { stdout } = await pinger(['simulate', file]);
    const guide = 'docs/simulation-runs.md';
    expect(untimed(stdout)).toBe(untimed(shown(guide, 'pinger simulate two-ways.yaml')));
  });

  test.skipIf(!canOpenRawSockets())('the README: the first start', async () => {
    const env = { npm_lifecycle_event: 'start' };
    const args = ['run', '--source', 'vm', '--listen', '127.0.0.1:0', '--duration', '2500ms'];
    const { stdout, stderr } = await pinger(args, { cwd: folder(), env });
    // The only differences: the port, a run that ends by itself, times and what root is told.
    const lines = shown('README.md', 'npm start').split('\n');
    const said = lines.slice(
      0,
      lines.findIndex((line) => line.startsWith('time ')),
    );
    expect(
      stderr
        .replace(/127\.0\.0\.1:\d+\/\n/, '127.0.0.1:8080/\n')
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('Everybody')),
    ).toEqual(said.filter((line) => line !== 'Ctrl-C ends.'));
    if (process.getuid?.() === 0) expect(textOf('README.md')).toContain(/^Everybody .*$/m.exec(stderr)?.[0]);
    const columns = (line = '') => line.replace(/[\d:.]{12}/g, 'T').replace(/\d\.\d{3}/g, 'R');
    const [heading, ...rows] = stdout.split('\n').map(columns);
    expect(heading).toBe(columns(lines[said.length]));
    for (const row of lines.slice(said.length + 1, -1).map(columns)) expect(rows).toContain(row);
  });
});
