import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { MAIN, Running } from '../support/command.ts';
import { NotifyListener } from '../support/notify-listener.ts';
import { ORDINARY } from '../support/ordinary.ts';
import { canMakeNamespaces, hasProgram } from '../support/privileges.ts';
import { sqlite } from '../support/sqlite-shell.ts';

const UNIT = join(import.meta.dirname, '../../packaging/systemd/pinger.service');

/** The unit's settings; of one that is given again, all. */
function settings(): Map<string, string[]> {
  const all = new Map<string, string[]>();
  for (const line of readFileSync(UNIT, 'utf8').split('\n')) {
    const [, name, value] = /^([A-Za-z]+)=(.*)$/.exec(line) ?? [];
    if (name !== undefined) all.set(name, [...(all.get(name) ?? []), value as string]);
  }
  return all;
}

test.skipIf(!hasProgram('systemd-analyze'))('systemd takes the unit as it is', () => {
  const { status, stderr } = spawnSync('systemd-analyze', ['--man=no', 'verify', UNIT], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test.skipIf(!hasProgram('systemd-analyze'))('systemd finds little that the unit leaves open', () => {
  const table = execFileSync('systemd-analyze', ['security', '--offline=true', UNIT], { encoding: 'utf8' });
  expect(Number(/Overall exposure level for pinger\.service: ([\d.]+)/.exec(table)?.[1])).toBeLessThan(2);
});

test('the unit names the options that there are', () => {
  const start = settings().get('ExecStart')?.[0] as string;
  const { status, stderr } = spawnSync(
    process.execPath,
    [MAIN, 'run', ...start.split(' ').slice(3), '--help'],
    {
      encoding: 'utf8',
    },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test.skipIf(!canMakeNamespaces() || !hasProgram('setpriv') || !hasProgram('unshare'))(
  'with the rights that the unit leaves, on a host that cannot be written to, it probes, says so, and ends well',
  async () => {
    const unit = settings();
    const folder = mkdtempSync(join(tmpdir(), 'pinger-unit-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const state = join(folder, 'state');
    mkdirSync(state);
    chownSync(folder, ORDINARY, ORDINARY);
    chownSync(state, ORDINARY, ORDINARY);
    const manager = new NotifyListener(`@pinger-unit-${process.pid}`);
    const capability = (name: string) =>
      `-all,+${(unit.get(name)?.[0] ?? '').toLowerCase().replace(/^cap_/, '')}`;
    const rights = [
      ...['--reuid', `${ORDINARY}`, '--regid', `${ORDINARY}`, '--clear-groups', '--no-new-privs'],
      ...['--bounding-set', capability('CapabilityBoundingSet')],
      ...[
        '--inh-caps',
        capability('AmbientCapabilities'),
        '--ambient-caps',
        capability('AmbientCapabilities'),
      ],
    ];
    // Everything is for reading, but for the state; that is what ProtectSystem=strict and StateDirectory make.
    const strict =
      'mount --bind "$0" "$0" && mount -o remount,bind,ro / && mount -o remount,bind,rw "$0" && cd "$0" && umask 0077 && exec "$@"';
    const command = [
      process.execPath,
      MAIN,
      'run',
      '--quiet',
      '127.0.0.1',
      'tcp://127.0.0.1:9',
      '-i',
      '50ms',
    ];
    const running = new Running(
      spawn('unshare', ['--mount', 'sh', '-c', strict, state, 'setpriv', ...rights, ...command], {
        env: {
          PATH: process.env.PATH,
          PINGER_DATABASE: `sqlite:${state}/pinger.db`,
          PINGER_LISTEN: 'none',
          NOTIFY_SOCKET: manager.path,
          WATCHDOG_USEC: '400000',
        },
      }),
    );
    await manager.until(/^READY=1\nSTATUS=\d+ probes sent$/);
    await manager.until(/^WATCHDOG=1\nSTATUS=[1-9]\d* probes sent/);
    running.child.kill('SIGTERM');
    const { code, stderr } = await running.finished;
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringMatching(/error|warn/i) });
    expect(manager.heard().at(-1)).toBe('STOPPING=1\nSTATUS=Storing what is left');
    expect(
      sqlite(join(state, 'pinger.db'), 'SELECT DISTINCT destination_id, outcome FROM results ORDER BY 1'),
    ).toBe('1|reply\n2|refused');
  },
  30_000,
);
