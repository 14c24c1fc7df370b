import { Resolver } from 'node:dns/promises';
import { Hosts, WatchedFile } from '../io/resolver-files.ts';

export interface ReverseNamesOptions {
  /** Name servers as `address` or `address:port`, in place of those of resolv.conf. */
  servers?: string[];
  hostsFile?: string;
}

/** Wait for a name server's answer, ms, and how often it is asked. */
const TIMEOUT = 1000;
const TRIES = 2;

/** The names of addresses, by the hosts file and then by DNS, looked up while something else goes on. */
export class ReverseNames {
  readonly #hosts: WatchedFile<Hosts>;
  readonly #resolver: Resolver;
  readonly #names = new Map<string, string | null>();
  readonly #pending = new Set<Promise<void>>();

  constructor({ servers, hostsFile = '/etc/hosts' }: ReverseNamesOptions = {}) {
    this.#hosts = new WatchedFile(hostsFile, (text) => new Hosts(text));
    this.#resolver = new Resolver({ timeout: TIMEOUT, tries: TRIES });
    if (servers) this.#resolver.setServers(servers);
  }

  /** The name of an address, null where there is none or it is not known yet; the first time, it is looked up. */
  nameOf(address: string): string | null {
    const known = this.#names.get(address);
    if (known !== undefined) return known;
    this.#names.set(address, null);
    const lookup = this.#lookUp(address);
    this.#pending.add(lookup);
    lookup.finally(() => this.#pending.delete(lookup));
    return null;
  }

  async #lookUp(address: string): Promise<void> {
    try {
      // c-ares reads the hosts file, too, and keeps an address's first name to itself.
      const listed = (await this.#hosts.read()).nameOf(address);
      const [name = null] = listed === undefined ? await this.#resolver.reverse(address) : [listed];
      this.#names.set(address, name);
    } catch {
      // An address without a name is shown as it is, whatever the reason.
    }
  }

  /** Resolves when nothing is being looked up, and after so many ms at the latest. */
  async settled(within: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, within);
    });
    await Promise.race([Promise.all(this.#pending), late]);
    clearTimeout(timer);
  }

  /** Gives up what is being looked up. */
  close(): void {
    this.#resolver.cancel();
  }
}
