import { expect, test, vi } from 'vitest';
import { shell, temporaryDatabase } from '../support/databases.ts';
import { objects, pinger } from './support.ts';

async function database(): Promise<string> {
  const url = await temporaryDatabase();
  await pinger(url, 'destinations', 'add', '192.0.2.1', '--name', 'gateway');
  await pinger(url, 'destinations', 'add', '192.0.2.2', '192.0.2.3', '--name', 'web');
  return url;
}

const channel = (url: string, name: string, ...args: string[]) =>
  pinger(url, 'alerts', 'channels', 'add', name, '--url', 'http://127.0.0.1:3/hidden', ...args);

test('a rule is added, changed, paused, resumed and removed', async () => {
  const url = await database();
  await channel(url, 'ops');
  const rules = (...args: string[]) => pinger(url, 'alerts', 'rules', ...args);
  expect(await rules('add', 'down', '--hold', '1m')).toEqual({
    code: 0,
    stdout: 'Rule 2 (down): added.\n',
    stderr: '',
  });
  const lossy = ['--metric', 'loss', '--threshold', '5%', '--recovery-threshold', '1%', '--span', '5m'];
  const more = ['--destinations', 'web, !3', '--repeat', '4h', '--channel', 'ops', '--severity', 'warning'];
  expect(objects(await rules('add', 'lossy', ...lossy, ...more, '--paused', '--json'))).toEqual([
    {
      ...{ id: 3, name: 'lossy', enabled: false, metric: 'loss', state: null, comparison: '>' },
      ...{ threshold: 0.05, recovery_threshold: 0.01, span: 300_000, hold: 0, recovery_hold: 60_000 },
      ...{
        severity: 'warning',
        destinations: 'web, !3',
        repeat: 14_400_000,
        channels: ['ops'],
        problem: null,
      },
    },
  ]);
  expect((await rules('resume', 'lossy')).stdout).toBe('Rule 3 (lossy): resumed.\n');
  const changed = await rules(
    'set',
    '3',
    'down',
    '--hold',
    '2m',
    '--channel',
    'none',
    '--repeat',
    'none',
    '--json',
  );
  expect(objects(changed)).toMatchObject([
    { id: 3, enabled: true, hold: 120_000, channels: [], repeat: null, threshold: 0.05 },
    { id: 2, hold: 120_000, channels: [], repeat: null },
  ]);
  expect(
    (await rules('set', 'lossy', '--metric', 'p95', '--threshold', '100ms', '--recovery-threshold', 'none'))
      .stdout,
  ).toBe('Rule 3 (lossy): changed.\n');
  expect((await rules('set', 'lossy', '--name', 'slow')).stdout).toBe('Rule 3 (slow): changed.\n');
  expect((await rules('pause', 'slow')).stdout).toBe('Rule 3 (slow): paused.\n');
  expect((await rules()).stdout).toMatch(/3\s+paused\s+slow\s+p95 > 100 ms over 5m/);
  expect((await rules('remove', 'slow', '2')).stdout).toBe(
    'Rule 3 (slow): removed; what it has found stays.\nRule 2 (down): removed; what it has found stays.\n',
  );
  expect(objects(await rules('--json'))).toMatchObject([{ name: 'source' }]);
});

test('settings of channels are made from options and the environment, and shown nowhere', async () => {
  const url = await database();
  vi.stubEnv('HOOK_SECRET', 'whisper');
  const channels = (...args: string[]) => pinger(url, 'alerts', 'channels', ...args);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is pinger that fills it in
  const secret = ['--secret', '${HOOK_SECRET}'];
  const added = await channel(
    url,
    'ops',
    ...secret,
    '--header',
    'x-team: net',
    '--timeout',
    '2s',
    '--group-wait',
    '30s',
  );
  expect(added).toEqual({ code: 0, stdout: 'Channel 1 (ops): added.\n', stderr: '' });
  const settingsOf = async (id: number) =>
    JSON.parse(await shell(url, `SELECT settings FROM alert_channels WHERE id = ${id}`));
  expect(await settingsOf(1)).toEqual({
    ...{ url: 'http://127.0.0.1:3/hidden', secret: 'whisper', headers: { 'x-team': 'net' }, timeout: 2000 },
  });
  await channels('set', 'ops', '--max-events', '10', '--no-resolved', '--group-interval', '10m');
  expect(await settingsOf(1)).toMatchObject({ secret: 'whisper', max_events: 10, timeout: 2000 });
  const [listed] = objects(await channels('--json'));
  expect(listed).toMatchObject({ send_resolved: false, group_wait: 30_000, group_interval: 600_000 });
  await channels('set', '1', '--resolved');
  expect(objects(await channels('--json'))).toMatchObject([{ send_resolved: true }]);

  const mail = [
    '--server',
    'smtps://me:hidden@127.0.0.1',
    '--from',
    'a@example.com',
    '--to',
    'b@example.com',
    '--to',
    'c@example.com',
  ];
  expect((await channels('add', 'night', ...mail)).stdout).toBe('Channel 2 (night): added.\n');
  expect(await settingsOf(2)).toMatchObject({ to: ['b@example.com', 'c@example.com'] });
  expect((await channels('add', 'pager', '--env', 'LEVEL=1', '--', '/bin/true', '--urgent')).code).toBe(0);
  expect(await settingsOf(3)).toEqual({ env: { LEVEL: '1' }, argv: ['/bin/true', '--urgent'] });
  // Of another kind, it has nothing of the former one.
  await channels('set', 'pager', '--url', 'https://127.0.0.1/');
  expect(await settingsOf(3)).toEqual({ url: 'https://127.0.0.1/' });
  const shown = [await channels(), await channels('--json'), await channels('remove', 'night', '--json')];
  for (const { stdout } of shown) expect(stdout).not.toMatch(/hidden|whisper/);
  expect((await channels('pause', 'ops')).stdout).toBe('Channel 1 (ops): paused.\n');
  expect(objects(await channels('--json'))).toMatchObject([{ id: 1, enabled: false }, { id: 3 }]);
});

test('maintenances are added, changed and removed', async () => {
  const url = await database();
  const maintenances = (...args: string[]) => pinger(url, 'alerts', 'maintenances', ...args);
  const starts = ['--starts', '2026-03-01T03:00+01:00'];
  const repeats = ['--repeats', 'daily', '--time-zone', 'Europe/Berlin', '--reason', 'backup'];
  expect((await maintenances('add', 'web', 'gateway', ...starts, '--for', '30m', ...repeats)).stdout).toBe(
    'Maintenance 1: added.\n',
  );
  const row = {
    ...{ id: 1, destinations: 'web,gateway', starts: Date.parse('2026-03-01T02:00Z') },
    ...{
      ends: Date.parse('2026-03-01T02:30Z'),
      repeats: 'daily',
      time_zone: 'Europe/Berlin',
      reason: 'backup',
    },
  };
  expect(objects(await maintenances('--json'))).toMatchObject([row]);
  const changed = await maintenances(
    'set',
    '1',
    '--for',
    '2h',
    '--repeats',
    'none',
    '--time-zone',
    'none',
    '--reason',
    '',
    '--destinations',
    '*',
    '--json',
  );
  expect(objects(changed)).toMatchObject([
    {
      ...row,
      destinations: '*',
      ends: Date.parse('2026-03-01T04:00Z'),
      repeats: null,
      time_zone: null,
      reason: null,
    },
  ]);
  const before = Date.now();
  const [now] = objects(await maintenances('add', '*', '--for', '1h', '--json')) as [Record<string, number>];
  expect(now).toMatchObject({ under_way: true });
  expect(now.starts).toBeGreaterThanOrEqual(before);
  expect((await maintenances('remove', '1', '2')).stdout).toBe(
    'Maintenance 1: removed.\nMaintenance 2: removed.\n',
  );
  expect((await maintenances()).stdout).toBe('There are no maintenances.\n');
});

test('parents are named and taken away', async () => {
  const url = await database();
  const parents = (...args: string[]) => pinger(url, 'alerts', 'parents', ...args);
  expect((await parents('set', 'web', 'gateway')).stdout).toBe(
    'Destination 2 (web): parent named.\nDestination 3 (web): parent named.\n',
  );
  expect((await parents()).stdout).toMatch(/2 \(web\)\s+1 \(gateway\)/);
  expect(objects(await parents('--json'))).toEqual([
    { destination_id: 2, parent_id: 1 },
    { destination_id: 3, parent_id: 1 },
  ]);
  expect(await parents('set', 'gateway', '2')).toMatchObject({
    code: 1,
    stderr: 'parent_id: 1 would be its own parent\n',
  });
  expect((await parents('remove', '192.0.2.2')).stdout).toBe('Destination 2 (web): without a parent.\n');
  expect(objects(await parents('--json'))).toEqual([{ destination_id: 3, parent_id: 1 }]);
});

test.each<[string, string[], number, string]>([
  [
    'a rule without a threshold',
    ['rules', 'add', 'a', '--metric', 'loss'],
    1,
    'threshold is missing: metric loss needs one, a share from 0 to 1',
  ],
  [
    'a threshold of another kind',
    ['rules', 'add', 'a', '--metric', 'loss', '--threshold', '5ms'],
    1,
    'threshold: metric loss needs a share, such as 5%',
  ],
  [
    'a threshold that is none',
    ['rules', 'add', 'a', '--threshold', 'much'],
    2,
    "option '--threshold <value>' argument 'much' is invalid. expected a share, such as 5%, or a time, such as 100ms",
  ],
  [
    'a metric that there is not',
    ['rules', 'add', 'a', '--metric', 'lost'],
    2,
    "option '--metric <metric>' argument 'lost' is invalid. Allowed choices are state, source, silence, loss, p50, p95, p99, ipdv_mean.",
  ],
  ['a name that is taken', ['rules', 'add', 'source'], 1, 'name "source": there is one of that name already'],
  [
    'a channel that there is not',
    ['rules', 'add', 'a', '--channel', 'x'],
    1,
    'there is no channel x; "pinger alerts channels" shows those there are',
  ],
  [
    'a selector that is wrong',
    ['rules', 'add', 'a', '--destinations', 'a,,b'],
    2,
    'destinations "a,,b": expected *, or ids, names, addresses and protocol:NAME with commas between them',
  ],
  [
    'a rule that there is not',
    ['rules', 'set', '9', '--hold', '1m'],
    1,
    'there is no rule 9; "pinger alerts rules" shows those there are',
  ],
  [
    'no change of a rule',
    ['rules', 'set', 'source'],
    2,
    'nothing to change: give --threshold, --hold or another option ("--help" lists them)',
  ],
  [
    'a rule to be removed that there is not',
    ['rules', 'remove', 'source', 'x'],
    1,
    'there is no rule x; "pinger alerts rules" shows those there are',
  ],
  [
    'a channel that leads nowhere',
    ['channels', 'add', 'a'],
    2,
    'where does it lead? Give --url, --server, or a program after --',
  ],
  [
    'a channel of two kinds',
    ['channels', 'add', 'a', '--url', 'http://x/', '--to', 'a@b'],
    2,
    'webhook and email at once: expected the options of one kind of channel ("--help" lists them)',
  ],
  [
    'a URL that is none',
    ['channels', 'add', 'a', '--url', 'ftp://hidden'],
    1,
    'settings.url: expected a URL that begins with https:// or http://',
  ],
  [
    'a variable that is not there',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is pinger that fills it in
    ['channels', 'add', 'a', '--url', 'http://x/', '--secret', '${NOT_SET}'],
    1,
    'settings: the environment has no NOT_SET',
  ],
  [
    'a program without its path',
    ['channels', 'add', 'a', '--', 'page'],
    1,
    'settings.argv: expected the whole path of a program first',
  ],
  [
    'a header that is none',
    ['channels', 'add', 'a', '--url', 'http://x/', '--header', 'x'],
    2,
    'expected a name, a colon and a value, such as "x-team: net"',
  ],
  [
    'a time between messages that is too long',
    ['channels', 'add', 'a', '--url', 'http://x/', '--group-wait', '2d'],
    1,
    'group_wait 172800000: expected a whole number from 0 to 86400000 ms',
  ],
  [
    'the only channel of a rule',
    ['channels', 'remove', 'only'],
    1,
    'rule "told" names no other channel: change or remove it first',
  ],
  [
    'a maintenance without an end',
    ['maintenances', 'add', 'web'],
    2,
    'when does it end? Give --for or --ends',
  ],
  [
    'a maintenance with two ends',
    ['maintenances', 'add', 'web', '--for', '1h', '--ends', '2026-01-01'],
    2,
    "option '--ends <time>' cannot be used with option '--for <time>'",
  ],
  [
    'a maintenance that ends before it begins',
    ['maintenances', 'add', 'web', '--starts', '2026-01-02T00:00Z', '--ends', '2026-01-01T00:00Z'],
    1,
    'ends: expected a moment after starts',
  ],
  [
    'a zone that there is not',
    ['maintenances', 'add', 'web', '--for', '1h', '--time-zone', 'Mars'],
    1,
    'time_zone "Mars": expected a name such as Europe/Berlin or UTC',
  ],
  [
    'a repetition that there is not',
    ['maintenances', 'add', 'web', '--for', '1h', '--repeats', 'yearly'],
    1,
    'repeats "yearly": expected daily, weekly, or nothing',
  ],
  [
    'a maintenance that there is not',
    ['maintenances', 'set', '9', '--for', '1h'],
    1,
    'there is no maintenance 9; "pinger alerts maintenances" shows those there are',
  ],
  [
    'a parent that there is not',
    ['parents', 'set', 'web', 'nobody'],
    1,
    'there is no destination nobody; "pinger destinations list" shows those there are',
  ],
  [
    'several parents',
    ['parents', 'set', 'gateway', 'web'],
    1,
    'several destinations are web: expected one as a parent',
  ],
])('%s is one line, and nothing is changed', async (_what, args, code, line) => {
  const url = await database();
  await channel(url, 'only');
  await pinger(url, 'alerts', 'rules', 'add', 'told', '--channel', 'only');
  const before = await shell(url, 'SELECT revision FROM alert_revision');
  const ended = await pinger(url, 'alerts', ...args);
  expect(ended).toMatchObject({ code, stdout: '' });
  expect(ended.stderr).toContain(line);
  expect(ended.stderr.trim().split('\n')).toHaveLength(1);
  expect(await shell(url, 'SELECT revision FROM alert_revision')).toBe(before);
});
