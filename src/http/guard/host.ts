import { isIP } from 'node:net';
import { hostname } from 'node:os';

/** Whether an address, or a name, is this host's own to itself. */
export const isLoopback = (host: string): boolean =>
  isIP(host) === 4 ? host.startsWith('127.') : /^(::1|localhost)$/i.test(host);

const HOST = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i;

/**
 * The names by which a server may be asked for: those of this host, and what is given. Any page of the web can have a name of
 * its own lead here (DNS rebinding), and what it then asks for is of the same origin to the browser; only the Host header still
 * tells. An IP address is safe: the browser asks for the very one that it connects to.
 */
export class Hosts {
  readonly #names: ReadonlySet<string>;

  constructor(names: readonly string[]) {
    const own = hostname();
    this.#names = new Set([own, own.split('.')[0] as string, ...names].map(plain));
  }

  /** `host`: a Host header. */
  has(host: string | undefined): boolean {
    const [, address, name = ''] = HOST.exec(host ?? '') ?? [];
    if (address !== undefined) return isIP(address) === 6;
    const asked = plain(name);
    return (
      isIP(asked) === 4 ||
      asked === 'localhost' ||
      asked.endsWith('.localhost') ||
      (asked !== '' && this.#names.has(asked))
    );
  }
}

const plain = (name: string): string => name.toLowerCase().replace(/\.$/, '');
