import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { MAIN, pinger, start } from '../support/command.ts';
import { hasProgram } from '../support/privileges.ts';

const folder = mkdtempSync(join(tmpdir(), 'pinger-simulate-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const scenario = (expectation: string) => `name: Two links
duration: 10m
links:
  near: { delay: 1ms }
  far: { delay: 9ms, loss: 5% }
networks:
  net: { prefix: 198.51.100.0/24, path: [near, far] }
destinations:
  - address: 198.51.100.1
    expect: ${expectation}
  - address: 198.51.100.2
    protocol: tcp
    port: 80
`;

const good = file('good.yaml', scenario('{ loss: 5%..15%, avg: 20ms }'));
const bad = file('bad.yaml', scenario('[{ loss: 0%, avg: 20ms }, { from: 5m, to: 6m, sent: "< 60" }]'));

test('tells what was asked, done and measured, and that everything is as expected', async () => {
  const { code, stdout, stderr } = await pinger(['simulate', good]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const [title, , heading, first, second, , total, ...rest] = stdout.trimEnd().split('\n');
  expect(title).toMatch(/^Two links, seed 1: 10m simulated in [\d.]+s, [\d,]+ × real time\.$/);
  expect(heading).toMatch(/^destination +sent +loss asked +network +measured +rtt asked/);
  expect(first).toMatch(
    /^198\.51\.100\.1 +600 +9\.7% +(\d+\.\d%) +\1 +20\.000 +20\.000 +20\.000 .* +0 +0 +0 +0 +met$/,
  );
  expect(second).toMatch(/^tcp:\/\/198\.51\.100\.2:80 +600 +9\.7% .* +0$/);
  expect(total).toBe('1200 probes sent, 1200 results stored.');
  expect(rest).toEqual([]);
});

test('lists what differs from what is expected, and fails', async () => {
  const { code, stdout, stderr } = await pinger(['simulate', bad]);
  expect(code).toBe(1);
  expect(stderr).toBe('pinger: 2 of 3 expectations did not come true\n');
  expect(stdout).toMatch(/ 1 of 3 met\n/);
  expect(stdout.trimEnd().split('\n').slice(-2)).toEqual([
    expect.stringMatching(/^198\.51\.100\.1: loss \d+(\.\d+)?%, expected 0%$/),
    '198.51.100.1: sent 60, expected < 60 (from 5m to 6m)',
  ]);
});

test('as JSON: an object a destination, then a summary', async () => {
  const { code, stdout } = await pinger(['simulate', bad, '--json', '--seed', '5', '--duration', '5m']);
  expect(code).toBe(0);
  const objects = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(objects).toMatchObject([
    {
      type: 'destination',
      destination_id: 1,
      destination: '198.51.100.1',
      network: { sent: 300, asked: { rtt: 20 }, min: 20, max: 20 },
      measured: { sent: 300, min: 20 },
      // They are about ten minutes, and about the sixth.
      expectations: [],
    },
    { type: 'destination', destination_id: 2, destination: 'tcp://198.51.100.2:80', expectations: [] },
    {
      type: 'summary',
      scenario: 'Two links',
      seed: 5,
      duration: 300_000,
      sent: 600,
      stored: 600,
      holds: true,
      unjudged: 3,
    },
  ]);
});

test('run for longer or shorter, what is expected is still about the scenario’s own time', async () => {
  const longer = await pinger(['simulate', good, '--duration', '1d']);
  expect(longer.code).toBe(0);
  expect(longer.stdout).toMatch(/ met\n/);
  const shorter = await pinger(['simulate', bad, '--duration', '330s']);
  expect(shorter.code).toBe(0);
  expect(shorter.stdout).toContain(
    '3 expectations are not judged: they are about time that was not simulated.\n',
  );
  const judged = await pinger(['simulate', bad, '--duration', '20m']);
  expect(judged).toMatchObject({ code: 1, stderr: 'pinger: 2 of 3 expectations did not come true\n' });
  expect(judged.stdout).toMatch(/^198\.51\.100\.1: sent 60, expected < 60 \(from 5m to 6m\)$/m);
});

test('with a database the results are there for other commands, and it is used only once', async () => {
  const database = `sqlite:${join(folder, 'simulated.db')}`;
  const { code, stdout } = await pinger(['simulate', good, '--database', database]);
  expect(code).toBe(0);
  const stats = await pinger(['stats', '--json', '--database', database]);
  const [row] = stats.stdout.split('\n').map((line) => line && JSON.parse(line));
  expect(row).toMatchObject({ destination_id: 1, sent: 600, min: 20, max: 20 });
  expect(stdout).toContain(` ${(row.loss * 100).toFixed(1)}% `);
  const again = await pinger(['simulate', good, '--database', database]);
  expect(again).toMatchObject({
    code: 1,
    stderr: `pinger: database ${database.replace('sqlite:', '')}: has destinations or results already; a simulation needs a new one\n`,
  });
});

test('the database of the environment is the monitor’s, and left alone', async () => {
  const PINGER_DATABASE = `sqlite:${join(folder, 'monitor.db')}`;
  expect(await pinger(['simulate', good], { env: { PINGER_DATABASE } })).toMatchObject({ code: 0 });
  expect(await pinger(['stats'], { env: { PINGER_DATABASE } })).toMatchObject({ code: 1 });
});

test('lists the scenarios that come with it, and takes them by name', async () => {
  const { code, stdout } = await pinger(['simulate', '--list'], { cwd: folder });
  expect(code).toBe(0);
  const [heading, ...lines] = stdout.trimEnd().split('\n');
  expect(heading).toMatch(/^scenario +duration +what$/);
  expect(lines.length).toBeGreaterThanOrEqual(12);
  for (const line of lines) expect(line).toMatch(/^[a-z0-9-]+ +\d+[dhms] {2}\S.{10,}$/);
  const run = await pinger(['simulate', 'satellite-link', '--duration', '1m'], { cwd: folder });
  expect(run.stdout).toMatch(/, seed \d+: 1m simulated/);
});

test('Ctrl-C ends it with a report of so far', async () => {
  const running = start(['simulate', good, '--duration', '100d']);
  await new Promise((resolve) => setTimeout(resolve, 2000));
  running.child.kill('SIGINT');
  const { code, stdout, stderr } = await running.finished;
  expect(code).toBe(1);
  expect(stdout).toMatch(/^Two links, seed 1: [\ddhms. ]+ simulated in/);
  expect(stderr).toMatch(/^pinger: interrupted after [\ddhms. ]+ of 100d\n$/);
});

test.skipIf(!hasProgram('script'))('on a terminal a bar says how far it is', () => {
  const command = `${process.execPath} ${MAIN} simulate ${good} --duration 6h`;
  const output = execFileSync('script', ['-qec', command, '/dev/null'], { encoding: 'utf8' });
  const lines = output.split('\r').map(stripVTControlCharacters);
  expect(lines).toContainEqual(
    expect.stringMatching(/^█+░+ \d+% {2}\d+[hms]( \d+[ms])? of 6h, [\d,]+ × real time$/),
  );
  expect(lines).toContainEqual(expect.stringMatching(/^Two links, seed 1: 6h simulated/));
});

describe('bad input is told in one line each, and is wrong usage', () => {
  const wrong = file(
    'wrong.yaml',
    scenario('{ loss: 120%, mean: 3ms }').replace('path: [near, far]', 'path: [near, fra]'),
  );
  test.each([
    [[], 'pinger: which scenario? Name a file, or one of those that "--list" lists\n'],
    [
      ['nowhere.yaml'],
      'pinger: scenario nowhere.yaml: there is no such file, and none of that name comes with pinger ("pinger simulate --list")\n',
    ],
    [[good, '--seed', '-1'], /^pinger: option '--seed <n>' argument '-1' is invalid\. .*\n$/],
    [[good, '--seed', '9999999999'], /expected a whole number from 0 to 2147483647\n$/],
    [[good, '--duration', 'soon'], /^pinger: .*"soon" is not a time.*\n$/],
    [[good, '--database', 'mysql://x'], /^pinger: .*expected sqlite:PATH.*\n$/],
    [[folder], /^pinger: .*a folder: expected a file with a scenario in YAML\n$/],
    [[wrong], /^(pinger: \S+wrong\.yaml:\d+:\d+: .+\n){2,}$/],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await pinger(['simulate', ...args], { cwd: folder });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    if (typeof message === 'string') expect(stderr).toBe(message);
    else expect(stderr).toMatch(message);
  });
});
