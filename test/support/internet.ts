import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { NewDestination } from '../../src/storage/store.ts';
import { type Addresses, Namespaces } from './namespaces.ts';

/** Addresses that documentation may use and nobody routes: RFC 5737 and RFC 3849. */
export const INTERNET = {
  source: { 4: '198.51.100.1', 6: '2001:db8:1::1' },
  /** The first router, on the source's side and on the second router's. */
  first: { 4: '198.51.100.14', 6: '2001:db8:1::ff' },
  firstFar: { 4: '198.51.100.17', 6: '2001:db8:2::1' },
  /** The second router, on the first one's side, on each target's, and on the way back. */
  second: { 4: '198.51.100.30', 6: '2001:db8:2::ff' },
  secondBack: { 4: '198.51.100.33', 6: '2001:db8:3::ff' },
  sourceBack: { 4: '198.51.100.46', 6: '2001:db8:3::1' },
  secondTarget: { 4: '203.0.113.14', 6: '2001:db8:10::ff' },
  secondOther: { 4: '203.0.113.30', 6: '2001:db8:11::ff' },
  target: { 4: '203.0.113.1', 6: '2001:db8:10::1' },
  /** One more of the target's. */
  alias: { 4: '203.0.113.2', 6: '2001:db8:10::2' },
  other: { 4: '203.0.113.17', 6: '2001:db8:11::1' },
  /** On the target's link, where nobody has it. */
  absent: { 4: '203.0.113.9', 6: '2001:db8:10::99' },
} as const satisfies Record<string, Addresses>;

/** Where the source is, and where all targets are. */
const SOURCE_NETWORK = { 4: '198.51.100.0/28', 6: '2001:db8:1::/64' };
const TARGET_NETWORKS = { 4: '203.0.113.0/24', 6: '2001:db8:10::/44' };

export type Host = 'source' | 'first' | 'second' | 'target' | 'other';

/** Ports that a target serves, of IPv4 and IPv6. */
export interface Services {
  /** Accepts connections. */
  tcp?: number[];
  /** Sends back what it gets; takes it and says nothing; answers with something else. */
  echo?: number[];
  silent?: number[];
  different?: number[];
}

/** What a pinger probes for long, and after how many results it says how much memory it has in use. */
export interface Endurance {
  database: string;
  destinations: NewDestination[];
  results: number[];
}

/** Bytes in use after so many results, once all garbage is collected. */
export interface MemoryLine {
  results: number;
  rss: number;
  heap: number;
}

/** A flood of forged answers. */
export interface Flood {
  /** Packets a second, and for how long. */
  rate: number;
  seconds: number;
  /** Who gets it, whose answers it forges, and another who answers unasked. */
  victim: Addresses;
  forged: Addresses;
  other: Addresses;
  /** The ports that are probed. */
  tcp: number;
  udp: number;
}

/**
 * source ── first ── second ─┬─ target
 *    └────── back ──────┘    └─ other
 *
 * Nothing takes the way back until `returnBy` says so.
 */
export class Internet extends Namespaces {
  constructor() {
    super(['source', 'first', 'second', 'target', 'other'] satisfies Host[]);
    this.build(() => {
      const at = INTERNET;
      this.link('near', { host: 'source', addresses: at.source }, { host: 'first', addresses: at.first });
      this.link('mid', { host: 'first', addresses: at.firstFar }, { host: 'second', addresses: at.second });
      this.link(
        'back',
        { host: 'second', addresses: at.secondBack },
        { host: 'source', addresses: at.sourceBack },
      );
      this.link(
        'far',
        { host: 'second', addresses: at.secondTarget },
        { host: 'target', addresses: at.target },
      );
      this.link(
        'side',
        { host: 'second', addresses: at.secondOther },
        { host: 'other', addresses: at.other },
      );
      // Deprecated: its services answer from the other address.
      this.address('target', 'far', at.alias, 'preferred_lft', '0');
      this.route('source', at.first);
      this.route('first', at.second, TARGET_NETWORKS);
      this.returnBy('first');
      this.route('target', at.secondTarget);
      this.route('other', at.secondOther);
      this.forward('first', 'second');
      this.unlimitErrors('first', 'second', 'target', 'other');
      this.#meet();
    });
  }

  /** The neighbours know each other, so that the first probe measures what the others do. */
  #meet(): void {
    for (const family of [4, 6] as const) {
      for (const address of [INTERNET.target[family], INTERNET.alias[family], INTERNET.other[family]])
        this.run('source', 'ping', '-q', '-c', '2', '-i', '0.1', '-w', '5', address);
      this.run('second', 'ping', '-q', '-c', '1', '-w', '5', INTERNET.sourceBack[family]);
    }
  }

  /** Which way packets to the source go from the second router: as they came, or by a link that no probe takes. */
  returnBy(way: 'first' | 'back'): void {
    this.route('second', way === 'first' ? INTERNET.firstFar : INTERNET.sourceBack, SOURCE_NETWORK);
  }

  /** Sets the MTU of the link between the routers; path MTUs learned are forgotten. */
  mtu(bytes: number): void {
    for (const host of ['first', 'second']) this.run(host, 'ip', 'link', 'set', 'mid', 'mtu', String(bytes));
    for (const family of ['-4', '-6'])
      for (const host of ['source', 'target', 'other'])
        this.run(host, 'ip', family, 'route', 'flush', 'cache');
  }

  /** Has a target serve ports, once this resolves. */
  async serve(host: Host, services: Services): Promise<void> {
    await this.startScript(host, join(import.meta.dirname, 'services.ts'), services);
  }

  /** Has the other target answer TCP and UDP itself as HOSTILE says, in place of its kernel. */
  async turnHostile(): Promise<void> {
    // A kernel's resets to a closed port have the sequence number 0.
    this.firewall(
      'other',
      `table inet t { chain output { type filter hook output priority 0;
        tcp flags & rst == rst tcp sequence 0 drop;
        icmp type destination-unreachable icmp code port-unreachable drop;
        icmpv6 type destination-unreachable icmpv6 code port-unreachable drop;
      }\n }`,
    );
    const { other, alias } = INTERNET;
    await this.startScript('other', join(import.meta.dirname, 'hostile.ts'), { other, alias });
  }

  /** Floods the source from the second router's side with forged answers of the target's. */
  async flood(flood: Pick<Flood, 'rate' | 'seconds' | 'tcp' | 'udp'>): Promise<ChildProcess> {
    const { source: victim, target: forged, other } = INTERNET;
    const script = join(import.meta.dirname, 'flooder.ts');
    return this.startScript('second', script, { ...flood, victim, forged, other } satisfies Flood);
  }

  /** Has the source probe until its standard input ends. */
  endure(endurance: Endurance): Promise<ChildProcess> {
    // V8 grows its young generation once, by up to 48 MiB, when it likes: with Node 24 amid what is measured.
    const options = ['--expose-gc', '--max-semi-space-size=2'];
    return this.startScript('source', join(import.meta.dirname, 'enduring.ts'), endurance, ...options);
  }

  /** Packets that a host has received on a link. */
  received(host: Host, link: string): number {
    const [found] = JSON.parse(this.run(host, 'ip', '-s', '-j', 'link', 'show', 'dev', link));
    return found.stats64.rx.packets;
  }
}
