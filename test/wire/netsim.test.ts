import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Running, until } from '../support/command.ts';
import { ADDRESSES, LAB, Lab } from '../support/lab.ts';
import { canMakeNamespaces, canMakeTun, hasProgram } from '../support/privileges.ts';

const { web, bad, slim, short, first, second } = ADDRESSES;

const FAMILIES = [4, 6] as const;

/** In ms. */
const DELAY = 20;
const PRECISION = 0.3;

/** The round-trip times that fping saw, in ms; null for what was lost. */
async function fping(lab: Lab, address: string, count: number, period: number): Promise<(number | null)[]> {
  const output = await lab.ask('fping', '-q', '-C', `${count}`, '-p', `${period}`, '-t', '500', address);
  const [, times = ''] = /^\S+ +: (.*)$/m.exec(output) ?? [];
  return times.split(' ').map((text) => (text === '-' ? null : Number(text)));
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] as number;

describe.skipIf(!canMakeNamespaces() || !canMakeTun())('pinger netsim', () => {
  let lab: Lab;
  let folder: string;
  let netsim: Running;

  const scenario = (name: string, text: string): string => {
    const file = join(folder, `${name}.yaml`);
    writeFileSync(file, text);
    return file;
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pinger-'));
    lab = new Lab();
    netsim = lab.netsim(scenario('lab', LAB), '--seed', '3');
    await netsim.until(/Ctrl-C ends/);
  });
  afterAll(async () => {
    netsim?.child.kill('SIGINT');
    await netsim?.finished;
    lab?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('the greeting says what is reachable, what to try and what is left out', () => {
    expect(netsim.stderr).toContain(
      `The network "lab" (seed 3) is behind pinger0, this host is 192.0.2.1 and 2001:db8::1 there:\n`,
    );
    expect(netsim.stderr).toMatch(/^ {2}network web +198[.]51[.]100[.]0\/24, 2001:db8:1::\/64$/m);
    expect(netsim.stderr).toMatch(/^ {2}router first +192[.]0[.]2[.]254, 2001:db8::fe$/m);
    expect(netsim.stderr).toMatch(/^Try: ping 198[.]51[.]100[.]1, or ping 2001:db8:1::1$/m);
    expect(netsim.stderr).toMatch(/^Left out of the timeline, .*: step, resolve[.]$/m);
  });

  describe.each(FAMILIES)('over IPv%i', (family) => {
    test.skipIf(!hasProgram('fping'))('fping sees the delay, and never less', async () => {
      const times = await fping(lab, web[family], 200, 10);
      const seen = times.filter((time) => time !== null);
      expect(seen).toHaveLength(200);
      expect(Math.min(...seen)).toBeGreaterThanOrEqual(DELAY);
      expect(Math.abs(median(seen) - DELAY), String(seen)).toBeLessThan(PRECISION);
    });

    test.skipIf(!hasProgram('fping'))('fping sees the loss', async () => {
      const count = 500;
      const lost = (await fping(lab, bad[family], count, 5)).filter((time) => time === null).length;
      const [share, deviation] = [0.2, Math.sqrt(count * 0.2 * 0.8)];
      expect(Math.abs(lost - share * count), `${lost} of ${count}`).toBeLessThan(4 * deviation);
    });

    test.skipIf(!hasProgram('ping'))('ping sees the delay and the TTL', async () => {
      const output = await lab.ask('ping', '-n', '-c', '50', '-i', '0.02', web[family]);
      expect(output).toContain('50 received');
      expect(output).toContain('ttl=62');
      const times = [...output.matchAll(/time=([\d.]+) ms/g)].map(([, time]) => Number(time));
      expect(Math.abs(median(times) - DELAY), output).toBeLessThan(PRECISION);
    });

    test.skipIf(!hasProgram('mtr')).each([
      ['ICMP', []],
      ['UDP', ['--udp']],
      ['TCP', ['--tcp', '--port', '80']],
    ])('mtr sees the path with %s', async (_, options) => {
      const args = ['-n', '--json', '-c', '5', '-i', '0.2', '-G', '1', ...options, web[family]];
      const { hubs } = JSON.parse(await lab.ask('mtr', ...args)).report as {
        hubs: { host: string; 'Loss%': number; Best: number }[];
      };
      expect(hubs.map((hub) => [hub.host, hub['Loss%']])).toEqual([
        [first[family], 0],
        [second[family], 0],
        [web[family], 0],
      ]);
      for (const [index, delay] of [2, DELAY, DELAY].entries())
        expect(Math.abs((hubs[index]?.Best ?? 0) - delay)).toBeLessThan(1);
    });

    test.skipIf(!hasProgram('nmap'))("nmap's SYN scan finds what is open, closed and filtered", async () => {
      const scan = ['-n', '-Pn', '-sS', '-T4', '-p', '79-83', '--reason', `-${family}`, web[family]];
      const output = await lab.ask('nmap', ...scan);
      const states = [...output.matchAll(/^(\d+)\/tcp +(\w+) +\S+ +(\S+)/gm)].map((found) => found.slice(1));
      expect(states).toEqual([
        ['79', 'closed', 'reset'],
        ['80', 'open', 'syn-ack'],
        ['81', 'filtered', 'no-response'],
        ['82', 'filtered', 'admin-prohibited'],
        ['83', 'closed', 'reset'],
      ]);
    });

    test("a connection of this host's own TCP is made, and ends", async () => {
      const connect = (port: number, then: string) =>
        lab.evaluate(
          `const socket = require('node:net').connect(${port}, '${web[family]}', () => ${then});
          socket.resume().on('error', ({ code }) => console.log(code)).on('close', (failed) => console.log('closed', failed));`,
        );
      expect(await connect(80, 'socket.end()')).toBe('closed false');
      expect(await connect(80, `socket.write('anything')`)).toBe('closed false');
      expect(await connect(80, `socket.end('anything')`)).toBe('closed false');
      expect(await connect(79, '{}')).toBe('ECONNREFUSED\nclosed true');
      expect(await connect(82, '{}')).toMatch(/^(EHOSTUNREACH|EACCES)\nclosed true$/);
      // The last acknowledgment is still under way. Without one, the kernel keeps a connection for a minute.
      const left = () => lab.run('source', 'ss', '-Htan', 'state', 'connected', 'exclude', 'time-wait');
      await until(() => !left().includes(web[family]), 2000, left);
    });

    test('an echo service echoes what a UDP socket sends, in fragments, too', async () => {
      const ask = (port: number, size: number) =>
        lab.evaluate(
          `const socket = require('node:dgram').createSocket('udp${family}').on('error', ({ code }) => { console.log(code); socket.close(); });
          socket.on('message', (data) => { console.log(data.equals(Buffer.alloc(${size}, 'x'))); socket.close(); });
          socket.connect(${port}, '${web[family]}', () => socket.send(Buffer.alloc(${size}, 'x')));`,
        );
      expect(await ask(7, 10)).toBe('true');
      expect(await ask(7, 1452)).toBe('true');
      expect(await ask(7, 20_000)).toBe('true');
      expect(await ask(53, 10)).toBe('ECONNREFUSED');
    });

    test.skipIf(!hasProgram('ping'))('who may not fragment is told the MTU, and who may does', async () => {
      const ping = (address: string, ...args: string[]) =>
        lab.ask('ping', '-n', '-i', '0.2', '-w', '3', ...args, address);
      const size = family === 4 ? '1472' : '1452';
      const refused = await ping(slim[family], '-c', '1', '-M', 'do', '-s', size);
      expect(refused).toMatch(
        family === 4
          ? /^From 192[.]0[.]2[.]254 .*Frag needed and DF set [(]mtu = 1400[)]$/m
          : /^From 2001:db8::fe .*Packet too big: mtu=1400$/m,
      );
      // Now the kernel knows.
      expect(await ping(slim[family], '-c', '2', '-s', size)).toContain(' 2 received');
      expect(await ping(web[family], '-c', '2', '-M', 'do', '-s', size)).toContain(' 2 received');
    });

    test.skipIf(!hasProgram('ping'))("the first link's MTU is that of the way", async () => {
      const output = await lab.ask('ping', '-n', '-c', '1', '-M', 'do', '-s', '1400', short[family]);
      expect(output).toMatch(/message too long, mtu[:=] ?1300/i);
    });
  });

  test.skipIf(!hasProgram('ping'))('hosts that are not there say nothing, or a router says so', async () => {
    const ping = (address: string) => lab.ask('ping', '-n', '-c', '1', '-W', '0.5', address);
    expect(await ping('198.51.100.66')).toContain('0 received, 100% packet loss');
    expect(await ping('198.51.100.67')).toContain(
      'From 203.0.113.254 icmp_seq=1 Destination Host Unreachable',
    );
    expect(await ping(first[4])).toContain('1 received');
  });
});
