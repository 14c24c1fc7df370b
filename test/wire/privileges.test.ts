import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MAIN, Running, start } from '../support/command.ts';
import { temporaryFolder } from '../support/files.ts';
import { ORDINARY } from '../support/ordinary.ts';
import { canOpenRawSockets, hasProgram } from '../support/privileges.ts';
import { Report } from '../support/prober.ts';

/** https://man7.org/linux/man-pages/man7/capabilities.7.html */
const CAP = { dacOverride: 1 << 1, netAdmin: 1 << 12, netRaw: 1 << 13 };
const PROBING = CAP.netAdmin | CAP.netRaw;

/** Whether the program can be read by a root who may do no more than an owner. */
const isRootsProgram = (): boolean => {
  try {
    const capabilities = '-dac_override,-dac_read_search';
    execFileSync('setpriv', ['--bounding-set', capabilities, '--', 'test', '-r', MAIN]);
    return true;
  } catch {
    return false;
  }
};

/** What every thread of a process says of its capabilities, each thing once. */
function capabilities(pid: number): string[] {
  const threads = readdirSync(`/proc/${pid}/task`);
  expect(threads.length).toBeGreaterThan(4);
  const said = threads.flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8')
      .split('\n')
      .filter((line) => /^(Cap(Inh|Prm|Eff|Bnd|Amb)|NoNewPrivs):/.test(line)),
  );
  return [...new Set(said)].sort();
}

const shed = (kept: number): string[] => {
  const digits = kept.toString(16).padStart(16, '0');
  const none = '0'.repeat(16);
  return [
    ...[
      `CapAmb:\t${none}`,
      `CapBnd:\t${digits}`,
      `CapEff:\t${digits}`,
      `CapInh:\t${none}`,
      `CapPrm:\t${digits}`,
    ],
    'NoNewPrivs:\t1',
  ];
};

const pidOf = ({ child }: Running): number => child.pid as number;

describe.skipIf(process.getuid?.() !== 0 || !canOpenRawSockets() || !hasProgram('setpriv'))('root', () => {
  const folder = temporaryFolder();
  const PROBES = ['127.0.0.1', '::1', 'tcp://127.0.0.1:9', 'udp://[::1]:9'];
  const probe = () => start(['run', '--json', ...PROBES, '-i', '50', '--duration', '2s'], { cwd: folder() });

  async function probed(running: Running): Promise<void> {
    const { code, stdout } = await running.finished;
    expect(code).toBe(0);
    const report = new Report(stdout);
    expect(PROBES.map((label) => report.distinct(label, 'outcome'))).toEqual([
      ['reply'],
      ['reply'],
      ['refused'],
      ['refused'],
    ]);
    report.expectAccounted();
  }

  test('keeps of its capabilities what probing needs, in every thread, and probes all protocols with it', async () => {
    const running = probe();
    await running.until(/"rseq":5/);
    const kept = PROBING | (isRootsProgram() ? 0 : CAP.dacOverride);
    expect(capabilities(pidOf(running))).toEqual(shed(kept));
    await probed(running);
  });

  test('keeps the right to write where a database is somebody else’s', async () => {
    chownSync(folder(), ORDINARY, ORDINARY);
    chmodSync(folder(), 0o700);
    const running = probe();
    await running.until(/"rseq":5/);
    expect(capabilities(pidOf(running))).toEqual(shed(PROBING | CAP.dacOverride));
    await probed(running);
  });

  test('that may not drop anything goes on as it is', async () => {
    const database = `sqlite:${join(folder(), 'pinger.db')}`;
    const running = new Running(
      spawn('setpriv', [
        ...[
          '--bounding-set',
          '-setpcap',
          '--',
          process.execPath,
          MAIN,
          'run',
          '--json',
          '--database',
          database,
        ],
        ...[...PROBES, '-i', '50', '--duration', '2s'],
      ]),
    );
    await running.until(/"rseq":5/);
    expect(capabilities(pidOf(running))).toContain('NoNewPrivs:\t0');
    await probed(running);
  });

  test('drops the same where it traces a path', async () => {
    const running = start(['trace', '-n', '-c', '20', '-i', '100', '127.0.0.1']);
    await running.until(/Path to/);
    expect(capabilities(pidOf(running))).toEqual(shed(PROBING | (isRootsProgram() ? 0 : CAP.dacOverride)));
    expect((await running.finished).code).toBe(0);
  });
});
