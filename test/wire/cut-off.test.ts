import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MAIN, Running } from '../support/command.ts';
import { temporaryFolder } from '../support/files.ts';
import { Namespaces } from '../support/namespaces.ts';
import { PostgresServer, serverPackage } from '../support/postgres-server.ts';
import { canOpenRawSockets } from '../support/privileges.ts';

const MONITOR = { 4: '198.51.100.1', 6: '2001:db8:7::1' };
const SERVER = { 4: '198.51.100.2', 6: '2001:db8:7::2' };

/** A monitor's host and that of its database, joined by a cable. */
class Hosts extends Namespaces {
  constructor() {
    super(['monitor', 'server']);
    this.build(() =>
      this.link('cable', { host: 'monitor', addresses: MONITOR }, { host: 'server', addresses: SERVER }),
    );
  }

  /** Has the server answer there: its socket lies in the file system, which all namespaces share. */
  async serve(socket: string): Promise<void> {
    const relay = `require('node:net').createServer((client) => {
      const server = require('node:net').connect(process.argv[1]);
      client.on('error', () => server.destroy()).pipe(server).on('error', () => client.destroy()).pipe(client);
    }).listen(5432, process.argv[2], () => console.log('ready'))`;
    const child = this.start('server', process.execPath, '-e', relay, socket, SERVER[4]);
    await new Promise((resolve, reject) => {
      child.stdout?.once('data', resolve);
      child.once('exit', reject);
    });
  }

  pinger(...args: string[]): Running {
    return new Running(this.start('monitor', process.execPath, MAIN, ...args));
  }

  /** Nothing reaches the server any more, and nobody is told. */
  cut(): void {
    this.firewall(
      'server',
      'table inet cut { chain input { type filter hook input priority 0; policy drop; }; }',
    );
  }

  mend(): void {
    this.firewall('server', '');
  }

  unplug(isUnplugged: boolean): void {
    this.run('server', 'ip', 'link', 'set', 'cable', isUnplugged ? 'down' : 'up');
  }
}

const folder = temporaryFolder();
const addresses = Array.from({ length: 10 }, (_, n) => `127.0.1.${n + 1}`);

describe.skipIf(!canOpenRawSockets() || serverPackage() === undefined)(
  'a monitor that is cut off from its database',
  { timeout: 90_000 },
  () => {
    let hosts: Hosts;
    let server: PostgresServer;

    beforeAll(async () => {
      server = await PostgresServer.start();
      hosts = new Hosts();
      await hosts.serve(server.socket);
    });
    afterAll(async () => {
      hosts.close();
      await server.stop();
    });

    test.each([
      ['by a silent firewall', () => hosts.cut(), () => hosts.mend()],
      ['by a cable that is pulled', () => hosts.unplug(true), () => hosts.unplug(false)],
    ])('%s goes on probing, and stores everything once and in order afterwards', async (how, cut, mend) => {
      const name = how.includes('cable') ? 'cable' : 'firewall';
      await server.query(`CREATE DATABASE ${name}`);
      const password = encodeURIComponent(server.password);
      const database = `postgres://postgres:${password}@${SERVER[4]}:5432/${name}`;
      const monitor = hosts.pinger(
        ...['run', ...addresses, '-i', '50', '--json', '--log-level', 'info'],
        ...['--database', database, '--spill', `${folder()}/spill`],
      );
      await monitor.until(/"type":"result"/, 20_000);
      await sleep(1000);
      cut();
      await monitor.until(/results\.spilling/, 30_000);
      const before = monitor.stdout.length;
      await sleep(3000);
      expect(monitor.stdout.length).toBeGreaterThan(before);
      mend();
      await monitor.until(/results\.resumed/, 40_000);
      await sleep(1000);
      monitor.child.kill('SIGINT');
      const { stdout, code } = await monitor.finished;
      expect(code).toBe(0);
      const printed = stdout
        .split('\n')
        .filter((text) => text.startsWith('{"type":"result"'))
        .map((text) => JSON.parse(text))
        .map(({ destination_id, rtime, rseq, outcome }) => `${destination_id} ${rtime} ${rseq} ${outcome}`);
      const stored = await server.query(
        "SELECT destination_id || ' ' || rtime || ' ' || rseq || ' ' || outcome AS told FROM results ORDER BY id",
        name,
      );
      expect(stored.map((row) => (row as { told: string }).told)).toEqual(printed);
      // Of the whole cut, no probe is lost: its network was another one.
      expect(printed.filter((text) => !text.endsWith('reply'))).toEqual([]);
    });
  },
);
