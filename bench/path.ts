import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { Namespaces } from '../test/support/namespaces.ts';
import { TemporaryFolder } from './folder.ts';
import { collect } from './process.ts';

/** The prober's own interface. */
export const WIRE = 'wire';

const NEAR = { 4: '192.0.2.1', 6: '2001:db8::1' };
const FAR = { 4: '192.0.2.2', 6: '2001:db8::2' };

/** Nobody's: the far kernel drops at once what is not for it, and the prober is not charged for its looking for a route. */
const GATEWAY = '02:00:00:00:00:01';

/** Round-trip times of a network, µs: each address has its own between the two, and each reply up to `jitter` more. */
export interface Delays {
  least: number;
  most: number;
  jitter: number;
}

/** As the internet's. */
export const SPREAD: Delays = { least: 1000, most: 200_000, jitter: 500 };

/** Short enough that fping prints microseconds. */
export const SHORT: Delays = { least: 100, most: 900, jitter: 50 };

/** One of at most 60,000 addresses of a network: `10.1` is the far one, `127.1` is loopback. */
export const addressOf = (network: string, n: number): string =>
  `${network}.${Math.floor(n / 250)}.${(n % 250) + 1}`;

export const addressesOf = (network: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => addressOf(network, n));

/** Which one it is, of the last two bytes of its address. */
export const numberOf = (low: number): number => (low >> 8) * 250 + (low & 0xff) - 1;

/**
 * A prober's host in a namespace, and 10.0.0.0/8 behind a pair of virtual network cards, where a small program answers.
 *
 * Of what there is for this, a veth pair is most like a real card: the kernel tells when a packet leaves, and the replies come
 * one by one from another processor's interrupt, long after the call that sent the request.
 */
export class Path extends Namespaces {
  readonly #folder = new TemporaryFolder();

  private constructor() {
    super(['source', 'far']);
    this.build(() => {
      this.link(WIRE, { host: 'source', addresses: NEAR }, { host: 'far', addresses: FAR });
      const neighbour = ['lladdr', GATEWAY, 'dev', WIRE, 'nud', 'permanent'];
      this.run('source', 'ip', 'neighbour', 'replace', FAR[4], ...neighbour);
      this.run('source', 'ip', 'route', 'add', '10.0.0.0/8', 'via', FAR[4]);
      // For smokeping_prober's sockets that need no privilege.
      this.run('source', 'sysctl', '-qw', 'net.ipv4.ping_group_range=0 2147483647');
    });
  }

  static async open(delays: Delays): Promise<Path> {
    const path = new Path();
    try {
      const program = join(path.#folder.path, 'responder');
      execFileSync('cc', ['-O2', '-o', program, join(import.meta.dirname, 'responder.c')]);
      const { least, most, jitter } = delays;
      const responder = path.start('far', program, WIRE, ...[least, most, jitter].map(String));
      await collect(responder).until('stdout', /ready/);
      return path;
    } catch (error) {
      path.close();
      throw error;
    }
  }

  /** A file of this path's own, removed with it. */
  file(name: string): string {
    return join(this.#folder.path, name);
  }

  override close(): void {
    super.close();
    this.#folder.remove();
  }
}
