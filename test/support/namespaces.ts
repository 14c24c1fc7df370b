import { type ChildProcess, execFileSync, spawn } from 'node:child_process';

/** An IPv4 and an IPv6 address of the same host. */
export type Addresses = Readonly<Record<4 | 6, string>>;

interface End {
  host: string;
  addresses: Addresses;
}

const ip = (...args: string[]): string => execFileSync('ip', args, { encoding: 'utf8' });

const PREFIX = 'pinger';

/** The prefix lengths of all links. */
const PREFIX_LENGTH = { 4: 28, 6: 64 } as const;

/**
 * Network namespaces of this test's own, one for each host. `close` takes everything down, whatever state it is in,
 * as does the end of the process.
 */
export class Namespaces {
  readonly #prefix = `${PREFIX}-${process.pid}-${Math.random().toString(36).slice(2, 6)}`;
  readonly #children = new Set<ChildProcess>();
  readonly #hosts: readonly string[];
  readonly #atExit = () => this.close();

  constructor(hosts: readonly string[]) {
    this.#hosts = hosts;
    removeLeftovers();
    process.once('exit', this.#atExit);
    this.build(() => {
      for (const host of hosts) this.#add(host);
    });
  }

  #add(host: string): void {
    ip('netns', 'add', this.#name(host));
    // Duplicate address detection would hold up the first packets for a second or two.
    this.sysctl(host, 'net.ipv6.conf.default.accept_dad', 0);
    this.run(host, 'ip', 'link', 'set', 'lo', 'up');
  }

  /** Does one part of the setting up; nothing stays where it fails. */
  protected build(steps: () => void): void {
    try {
      steps();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #name(host: string): string {
    return `${this.#prefix}-${host}`;
  }

  /** Joins two hosts by a cable, which has the same name at both ends. */
  protected link(name: string, ...ends: readonly [End, End]): void {
    const [a, b] = ends.map(({ host }) => this.#name(host)) as [string, string];
    ip('link', 'add', name, 'netns', a, 'type', 'veth', 'peer', 'name', name, 'netns', b);
    for (const { host, addresses } of ends) {
      this.run(host, 'ip', 'link', 'set', name, 'up');
      this.address(host, name, addresses);
    }
  }

  /** Gives a host addresses on a link. */
  protected address(host: string, link: string, addresses: Addresses, ...options: string[]): void {
    for (const family of [4, 6] as const)
      this.run(
        host,
        ...['ip', 'address', 'add', `${addresses[family]}/${PREFIX_LENGTH[family]}`, 'dev', link],
        ...(family === 6 ? ['nodad', ...options] : options),
      );
  }

  /** Gives a host a route of each IP version; the default route unless a network is named. */
  protected route(host: string, via: Addresses, networks?: Addresses): void {
    for (const family of [4, 6] as const)
      this.run(
        host,
        'ip',
        `-${family}`,
        'route',
        'replace',
        networks?.[family] ?? 'default',
        'via',
        via[family],
      );
  }

  /** Has hosts forward, and say so as often as they cannot. */
  protected forward(...hosts: string[]): void {
    for (const host of hosts) {
      this.sysctl(host, 'net.ipv4.ip_forward', 1);
      this.sysctl(host, 'net.ipv6.conf.all.forwarding', 1);
    }
  }

  /** A test sends more probes than a kernel answers with errors by default. */
  protected unlimitErrors(...hosts: string[]): void {
    for (const host of hosts) {
      this.sysctl(host, 'net.ipv4.icmp_ratelimit', 0);
      this.sysctl(host, 'net.ipv6.icmp.ratelimit', 0);
      // Where the kernel has one for each namespace; else it is not this test's to change.
      this.run(
        host,
        'sysctl',
        '-eqw',
        'net.ipv4.icmp_msgs_per_sec=1000000',
        'net.ipv4.icmp_msgs_burst=100000',
      );
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

  /** The text of a script of the shell that runs a program on a host, with the script's own arguments. */
  script(host: string, program: string): string {
    return `#!/bin/sh\nexec ip netns exec ${this.#name(host)} ${program} "$@"\n`;
  }

  /** Starts a script of this folder's on a host, and waits until it says that it is ready. */
  protected async startScript(
    host: string,
    script: string,
    argument: unknown,
    ...options: string[]
  ): Promise<ChildProcess> {
    const node = [process.execPath, ...options, '--import', 'tsx'];
    const child = this.start(host, ...node, script, JSON.stringify(argument));
    child.stderr?.pipe(process.stderr);
    await new Promise((resolve, reject) => {
      child.stdout?.once('data', resolve);
      child.once('exit', (code) => reject(new Error(`${script} ended with ${code}`)));
    });
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

  close(): void {
    process.off('exit', this.#atExit);
    for (const child of this.#children) child.kill('SIGKILL');
    for (const host of this.#hosts) remove(this.#name(host));
  }
}

/** Ends what runs in a namespace, and deletes it. */
function remove(name: string): void {
  try {
    for (const pid of ip('netns', 'pids', name).split('\n').filter(Boolean)) kill(Number(pid), 'SIGKILL');
    ip('netns', 'delete', name);
  } catch {
    // It was not made.
  }
}

/** Removes the namespaces of test runs that were killed. */
function removeLeftovers(): void {
  const names = ip('netns', 'list').split('\n');
  for (const line of names) {
    const [, name, pid] = new RegExp(`^(${PREFIX}-(\\d+)-\\w{1,4}-\\w+)`).exec(line) ?? [];
    if (name !== undefined && !kill(Number(pid), 0)) remove(name);
  }
}

/** Sends a signal, and returns whether the process was there. */
function kill(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
