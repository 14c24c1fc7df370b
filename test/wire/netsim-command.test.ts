import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Finished, MAIN, Running } from '../support/command.ts';
import { temporaryFolder } from '../support/files.ts';
import { Lab } from '../support/lab.ts';
import { canMakeNamespaces, canMakeTun, hasProgram } from '../support/privileges.ts';

describe.skipIf(!canMakeNamespaces() || !canMakeTun())('the command netsim', () => {
  const folder = temporaryFolder();
  let lab: Lab;
  let running: Running | undefined;

  beforeAll(() => {
    lab = new Lab();
  });
  afterEach(async () => {
    running?.child.kill('SIGINT');
    await running?.finished;
    running = undefined;
  });
  afterAll(() => lab?.close());

  /** The file of a scenario of one network, 5 ms away. */
  const scenario = (more = '', prefix = '198.51.100.0/24') => {
    const file = join(folder(), 'small.yaml');
    const networks = `networks: { net: { prefix: ${prefix}, path: [wire] } }`;
    writeFileSync(
      file,
      `name: small\nlinks: { wire: { delay: 5ms } }\n${networks}\ndestinations: []\n${more}\n`,
    );
    return file;
  };
  const start = (...args: string[]) => {
    running = lab.netsim(...args);
    return running;
  };
  const refused = async (...args: string[]): Promise<Finished> => {
    const finished = await start(...args).finished;
    expect(finished.stderr).toMatch(/^pinger: .*\n$/);
    expect(finished.stdout).toBe('');
    return finished;
  };

  test.skipIf(!hasProgram('ping')).each([
    ['an outage', 'outage: wire', 'outage of wire'],
    ['its interface going down', 'interface: down', 'the interface is down'],
  ])('ping sees %s when it happens, and it is told', async (_, event, what) => {
    const running = start(scenario(`timeline: [{ at: 1s, for: 500ms, ${event} }]`));
    await running.until(/Ctrl-C ends/);
    const output = await lab.ask('ping', '-n', '-D', '-c', '80', '-i', '0.025', '-W', '1', '198.51.100.1');
    // In ms.
    const times = [...output.matchAll(/^\[([\d.]+)\].* ttl/gm)].map(([, time]) => Number(time) * 1000);
    const gaps = times.slice(1).map((time, index) => time - (times[index] as number));
    const long = gaps.filter((gap) => gap > 200);
    expect(long).toHaveLength(1);
    // One of the intervals begins before, and it may end in the middle of another.
    expect(long[0]).toBeGreaterThan(475);
    expect(long[0]).toBeLessThan(650);
    running.child.kill('SIGINT');
    const { code, stdout } = await running.finished;
    const [begin, end, empty, sums] = stdout.split('\n');
    expect(begin).toMatch(new RegExp(`^\\d\\d:\\d\\d:\\d\\d[.]\\d{3} {2}[+]1s +${what}, for 500ms$`));
    expect(end).toMatch(new RegExp(` {2}[+]1[.]5s +${what}: over$`));
    const lost = 80 - times.length;
    expect([empty, sums]).toEqual(['', `80 packets in, ${times.length} out, ${lost} lost by the network.`]);
    expect(code).toBe(0);
  });

  test('as JSON: what is reachable, what happens, and the sums', async () => {
    const file = scenario('timeline: [{ at: 0s, for: 1ms, outage: wire }]');
    const { code, stdout } = await start(file, '--json', '--duration', '300ms', '--tun', 'json0').finished;
    expect(code).toBe(0);
    const lines = stdout.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      {
        type: 'ready',
        interface: 'json0',
        addresses: ['192.0.2.1'],
        reachable: [{ owner: 'network net', prefix: '198.51.100.0/24' }],
      },
      { type: 'event', at: 0, kind: 'outage', what: 'outage of wire', over: false },
      { type: 'event', at: 1, kind: 'outage', what: 'outage of wire', over: true },
      { type: 'summary', in: 0, out: 0, lost: 0, dropped: 0, lateness_p50: null },
    ]);
    expect(lab.interfaces()).toEqual([]);
  });

  test('an interface that is there already stays, unless it may be replaced', async () => {
    lab.ip('tuntap', 'add', 'dev', 'pinger0', 'mode', 'tun');
    const { stderr, code } = await refused(scenario());
    expect(stderr).toContain(
      'interface pinger0 is there already; choose another name, or remove it with --replace',
    );
    expect(code).toBe(1);
    const other = await refused(scenario(), '--tun', 'lo', '--replace');
    expect(other.stderr).toContain('interface lo is there already, and is no TUN interface');
    expect((await start(scenario(), '--replace', '--duration', '100ms').finished).code).toBe(0);
    expect(lab.interfaces()).toEqual([]);
  });

  test('addresses that are not for tests are not taken, unless asked for', async () => {
    const file = scenario('', '192.88.99.0/24');
    const { stderr, code } = await refused(file);
    expect(stderr).toContain('network net: 192.88.99.0/24 is neither for tests nor private');
    expect(code).toBe(1);
    expect((await start(file, '--any-address', '--duration', '100ms').finished).code).toBe(0);
  });

  test('what the host has a route or an address of is not taken', async () => {
    lab.ip('link', 'add', 'd0', 'type', 'veth', 'peer', 'name', 'd1');
    try {
      lab.ip('link', 'set', 'd0', 'up');
      lab.ip('link', 'set', 'd1', 'up');
      lab.ip('route', 'add', '198.51.0.0/16', 'dev', 'd0', 'table', '77');
      const route = await refused(scenario());
      expect(route.stderr).toContain(
        'network net: 198.51.100.0/24 overlaps a route of this host: 198.51.0.0/16 on d0',
      );
      lab.ip('route', 'flush', 'table', '77');
      lab.ip('address', 'add', '192.0.2.1/32', 'dev', 'd1');
      const address = await refused(scenario());
      expect(address.stderr).toContain('source: 192.0.2.1 overlaps an address of this host: 192.0.2.1 on d1');
      expect([route.code, address.code]).toEqual([1, 1]);
    } finally {
      lab.ip('link', 'delete', 'd0');
    }
  });

  test('wrong names and scenarios are wrong usage', async () => {
    const long = await refused(scenario(), '--tun', 'longer-than-linux-allows');
    expect(long.stderr).toContain('interface longer-than-linux-allows: 24 characters; Linux allows 15');
    const odd = await refused(scenario(), '--tun', 'a/b');
    const wrong = await refused(scenario('oops: 1'));
    expect(wrong.stderr).toMatch(/small.yaml:5:1: .*oops/);
    expect([long.code, odd.code, wrong.code]).toEqual([2, 2, 2]);
  });

  test('killed, it leaves nothing; its interface taken away, it ends', async () => {
    const killed = start(scenario());
    await killed.until(/Ctrl-C ends/);
    expect(lab.interfaces()).toEqual(['pinger0']);
    killed.child.kill('SIGKILL');
    await killed.finished;
    expect(lab.interfaces()).toEqual([]);
    expect(lab.ip('route')).toBe('');

    const robbed = start(scenario());
    await robbed.until(/Ctrl-C ends/);
    lab.ip('link', 'delete', 'pinger0');
    const { stderr, code } = await robbed.finished;
    expect(stderr).toMatch(/\npinger: interface pinger0 has been taken away [(]EBADFD[)]\n$/);
    expect(code).toBe(1);
  });

  test.skipIf(!hasProgram('setpriv'))('without the privilege it says what it takes', async () => {
    const dropped = ['--reuid', '65534', '--regid', '65534', '--clear-groups', '--bounding-set', '-all'];
    const command = [...dropped, process.execPath, MAIN, 'netsim', 'flapping-link'];
    const { code, stderr } = await new Running(lab.start('source', 'setpriv', ...command)).finished;
    expect(stderr).toMatch(
      /^pinger: interface pinger0: to make it takes root or the capability CAP_NET_ADMIN: .*\n$/,
    );
    expect(code).toBe(1);
  });
});
