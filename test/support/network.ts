import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';

const ip = (...args: string[]): string => execFileSync('ip', args, { encoding: 'utf8' });

/** Addresses that documentation may use and nobody routes: RFC 5737 and RFC 3849. */
export const ADDRESSES = {
  source: { 4: '198.51.100.1', 6: '2001:db8:1::1' },
  near: { 4: '198.51.100.254', 6: '2001:db8:1::ff' },
  far: { 4: '203.0.113.254', 6: '2001:db8:2::ff' },
  target: { 4: '203.0.113.1', 6: '2001:db8:2::1' },
  /** On the target's link, where nobody has it. */
  absent: { 4: '203.0.113.99', 6: '2001:db8:2::99' },
  /** Nowhere: the router has no route. */
  nowhere: { 4: '192.0.2.77', 6: '2001:db8:77::77' },
} as const;

/**
 * A small internet in three network namespaces of this test's own: source, router and target, over IPv4
 * and IPv6. `close` takes everything down, whatever state it is in.
 */
export class Network {
  readonly #prefix = `pinger-${process.pid}-${Math.random().toString(36).slice(2, 6)}`;
  readonly #children = new Set<ChildProcess>();

  constructor() {
    try {
      for (const host of ['source', 'router', 'target']) {
        ip('netns', 'add', this.#name(host));
        // Duplicate address detection would hold up the first packets for a second or two.
        this.sysctl(host, 'net.ipv6.conf.default.accept_dad', 0);
        this.run(host, 'ip', 'link', 'set', 'lo', 'up');
      }
      this.#link('source', ADDRESSES.source, 'router', ADDRESSES.near, 'near');
      this.#link('router', ADDRESSES.far, 'target', ADDRESSES.target, 'far');
      for (const host of ['source', 'target']) {
        const via = host === 'source' ? ADDRESSES.near : ADDRESSES.far;
        this.run(host, 'ip', '-4', 'route', 'add', 'default', 'via', via[4]);
        this.run(host, 'ip', '-6', 'route', 'add', 'default', 'via', via[6]);
      }
      this.sysctl('router', 'net.ipv4.ip_forward', 1);
      this.sysctl('router', 'net.ipv6.conf.all.forwarding', 1);
      // A test sends more probes than a kernel answers with errors by default.
      for (const host of ['router', 'target']) {
        this.sysctl(host, 'net.ipv4.icmp_ratelimit', 0);
        this.sysctl(host, 'net.ipv6.icmp.ratelimit', 0);
      }
      // The neighbours know each other, so that the first probe measures what the others do.
      for (const family of [4, 6] as const)
        this.run('source', 'ping', '-q', '-c', '3', '-i', '0.1', '-w', '5', ADDRESSES.target[family]);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #name(host: string): string {
    return `${this.#prefix}-${host}`;
  }

  #link(
    a: string,
    addressesA: Record<4 | 6, string>,
    b: string,
    addressesB: Record<4 | 6, string>,
    name: string,
  ) {
    ip(
      'link',
      'add',
      name,
      'netns',
      this.#name(a),
      'type',
      'veth',
      'peer',
      'name',
      name,
      'netns',
      this.#name(b),
    );
    for (const [host, addresses] of [
      [a, addressesA],
      [b, addressesB],
    ] as const) {
      this.run(host, 'ip', 'address', 'add', `${addresses[4]}/24`, 'dev', name);
      this.run(host, 'ip', 'address', 'add', `${addresses[6]}/64`, 'dev', name, 'nodad');
      this.run(host, 'ip', 'link', 'set', name, 'up');
    }
  }

  /** Runs a command on a host and returns what it prints. */
  run(host: string, ...command: string[]): string {
    return execFileSync('ip', ['netns', 'exec', this.#name(host), ...command], { encoding: 'utf8' });
  }

  /** Starts a command on a host; it ends with the network at the latest. */
  start(host: string, ...command: string[]): ChildProcess {
    const child = spawn('ip', ['netns', 'exec', this.#name(host), ...command], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#children.add(child);
    child.once('exit', () => this.#children.delete(child));
    return child;
  }

  sysctl(host: string, key: string, value: number): void {
    this.run(host, 'sysctl', '-qw', `${key}=${value}`);
  }

  /** Loads nftables rules on a host, in place of those it had. */
  firewall(host: string, rules: string): void {
    execFileSync('ip', ['netns', 'exec', this.#name(host), 'nft', '-f', '-'], {
      input: `flush ruleset\n${rules}`,
    });
  }

  /** Has the target answer echo requests as `behaviour` says, in place of its kernel. */
  async misbehave(behaviour: Behaviour): Promise<void> {
    this.sysctl('target', 'net.ipv4.icmp_echo_ignore_all', 1);
    this.sysctl('target', 'net.ipv6.icmp.echo_ignore_all', 1);
    const script = join(import.meta.dirname, 'responder.ts');
    const child = this.start(
      'target',
      process.execPath,
      '--import',
      'tsx',
      script,
      JSON.stringify(behaviour),
    );
    child.stderr?.pipe(process.stderr);
    await new Promise((resolve, reject) => {
      child.stdout?.once('data', resolve);
      child.once('exit', (code) => reject(new Error(`the responder ended with ${code}`)));
    });
  }

  close(): void {
    for (const child of this.#children) child.kill('SIGKILL');
    for (const host of ['source', 'router', 'target']) {
      try {
        ip('netns', 'delete', this.#name(host));
      } catch {
        // It was not made.
      }
    }
  }
}

/** How a host answers echo requests. */
export interface Behaviour {
  /** ms, for the sequences that are divisible by `every`; the others are answered at once. */
  delay?: number;
  every?: number;
  copies?: number;
  /** Changes a byte and leaves the checksum wrong, or right again. */
  corrupt?: 'checksum' | 'data';
  /** Answers what nobody asked, with the right identifier and sequence. */
  forge?: boolean;
}
