import { MAIN, Running } from './command.ts';
import { Namespaces } from './namespaces.ts';

/** Networks of every kind; the first is 10 ms away. */
export const LAB = `
name: lab
source: { address: [192.0.2.1, "2001:db8::1"] }
links:
  near: { delay: 1ms }
  far: { delay: 9ms }
  lossy: { forward: { loss: 20% } }
  narrow: { mtu: 1400 }
  own: { mtu: 1300 }
routers:
  first: { address: [192.0.2.254, "2001:db8::fe"] }
  second: { address: [203.0.113.254, "2001:db8:ff::fe"] }
  home: { address: 192.0.2.253, nat: { address: 198.18.0.1 } }
networks:
  web:
    prefix: [198.51.100.0/24, "2001:db8:1::/64"]
    path: [near, first, far, second]
    hosts:
      default:
        tcp: { 80: open, 81: filtered, 82: admin-prohibited }
        udp: { 7: echo, 9: silent }
      198.51.100.66: { state: down }
      198.51.100.67: { state: unreachable }
  bad: { prefix: [203.0.113.0/26, "2001:db8:2::/64"], path: [near, lossy] }
  slim:
    prefix: [203.0.113.64/26, "2001:db8:3::/64"]
    path: [near, first, narrow]
    hosts: { default: { udp: { 7: echo } } }
  inside:
    prefix: 203.0.113.128/26
    path: [near, home, far, second]
    hosts: { default: { tcp: { 80: open }, udp: { 7: echo } } }
  short: { prefix: [198.18.4.0/24, "2001:db8:4::/64"], path: [own] }
duration: 2h
destinations: []
timeline:
  - { at: 1h, step: 1s }
  - { at: 1h, resolve: { example.com: 198.51.100.1 } }
  - { at: 1h, outage: far }
`;

/** Addresses of it. */
export const ADDRESSES = {
  web: { 4: '198.51.100.7', 6: '2001:db8:1::7' },
  bad: { 4: '203.0.113.1', 6: '2001:db8:2::1' },
  slim: { 4: '203.0.113.65', 6: '2001:db8:3::1' },
  short: { 4: '198.18.4.1', 6: '2001:db8:4::1' },
  first: { 4: '192.0.2.254', 6: '2001:db8::fe' },
  second: { 4: '203.0.113.254', 6: '2001:db8:ff::fe' },
  natted: '203.0.113.129',
} as const;

/** A host alone in a namespace, for networks that are simulated there. */
export class Lab extends Namespaces {
  constructor() {
    super(['source']);
  }

  netsim(...args: string[]): Running {
    return new Running(this.start('source', process.execPath, MAIN, 'netsim', ...args));
  }

  /** What a program prints until it ends, with whatever exit code. */
  async ask(program: string, ...args: string[]): Promise<string> {
    const { stdout, stderr } = await new Running(this.start('source', program, ...args)).finished;
    return stdout + stderr;
  }

  /** What a script prints that Node runs there. */
  async evaluate(script: string): Promise<string> {
    return (await this.ask(process.execPath, '-e', script)).trim();
  }

  ip(...args: string[]): string {
    return this.run('source', 'ip', ...args);
  }

  /** The names of the TUN interfaces that are there. */
  interfaces(): string[] {
    const links = JSON.parse(this.ip('-j', '-d', 'link', 'show')) as {
      ifname: string;
      linkinfo?: { info_kind: string };
    }[];
    return links.filter(({ linkinfo }) => linkinfo?.info_kind === 'tun').map(({ ifname }) => ifname);
  }
}
