import type { RecordWithTtl } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { candidates, Hosts, parseResolvConf, type ResolvConf, WatchedFile } from './resolver-files.ts';
import type { Family } from './transport.ts';

/** What a name stands for: at least one address, in the order of the answer. */
export interface Resolution {
  addresses: string[];
  /** How long the answer holds, ms. */
  ttl: number;
}

/** Finds the addresses of names. */
export interface NameResolver {
  /** The addresses of one family. Rejects with ResolveError. `name` is no address. */
  resolve(name: string, family: Family): Promise<Resolution>;
  /** Cancels what is pending (ECANCELLED) and leaves no socket or timer behind. */
  close(): void;
}

/** A name without an address. `code` is that of node:dns: ENOTFOUND, ENODATA, ETIMEOUT, ESERVFAIL, … */
export class ResolveError extends Error {
  override readonly name = 'ResolveError';

  constructor(
    message: string,
    readonly code: string,
    /** The name does not exist or has no address of the family, as opposed to a failure to find out. */
    readonly authoritative: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export interface SystemResolverOptions {
  /** Name servers as `address`, `address:port` or `[address]:port`, in place of those of `resolvConf`. */
  servers?: string[];
  hostsFile?: string;
  resolvConf?: string;
  /** Wait for a server's first answer, ms; in place of `options timeout` of `resolvConf`; otherwise 2000. c-ares adapts it to the answers it gets. */
  timeout?: number;
  /** How often each server is asked; in place of `options attempts` of `resolvConf`; otherwise 3. */
  tries?: number;
}

/** Changes of the hosts file are seen after this long, ms. */
const HOSTS_TTL = 10_000;

const LOOPBACK: Readonly<Record<Family, string>> = { 4: '127.0.0.1', 6: '::1' };

/** https://www.rfc-editor.org/rfc/rfc6761#section-6.3 */
const LOCALHOST = /^(.+\.)?localhost\.?$/;

/** In force when neither the options nor resolv.conf say otherwise; the first is in ms. */
const TIMEOUT = 2000;
const TRIES = 3;

/** c-ares's code for a query that was given up here. */
const CANCELLED = 'ECANCELLED';

/**
 * Queries under way at once. *Measured*: of 10,000 sent in one go, a server's receive buffer kept 768.
 * dnsmasq refuses those beyond 150: https://thekelleys.org.uk/dnsmasq/docs/dnsmasq-man.html (--dns-forward-max)
 */
const MOST_QUERIES = 100;

/**
 * Names the way the host's other programs see them: the hosts file, then DNS as resolv.conf says.
 *
 * Both files are read again when they change. Look-ups stay off libuv's thread pool, where the
 * database works too and getaddrinfo(3) would block a thread for seconds.
 */
export class SystemResolver implements NameResolver {
  readonly #options: SystemResolverOptions;
  readonly #hosts: WatchedFile<Hosts>;
  readonly #resolvConf: WatchedFile<ResolvConf>;
  readonly #queries = new Slots(MOST_QUERIES);
  #servers: NameServers | undefined;
  #closed = false;

  /** Throws TypeError for a server that is no address. */
  constructor(options: SystemResolverOptions = {}) {
    this.#options = options;
    this.#hosts = new WatchedFile(options.hostsFile ?? '/etc/hosts', (text) => new Hosts(text));
    this.#resolvConf = new WatchedFile(options.resolvConf ?? '/etc/resolv.conf', parseResolvConf);
    if (options.servers) new Resolver().setServers(options.servers);
  }

  async resolve(name: string, family: Family): Promise<Resolution> {
    const wanted = name.toLowerCase();
    const listed = (await this.#hosts.read()).find(wanted, family);
    if (listed) return { addresses: [...listed], ttl: HOSTS_TTL };
    if (LOCALHOST.test(wanted)) return { addresses: [LOOPBACK[family]], ttl: HOSTS_TTL };
    for (;;) {
      const servers = this.#use(await this.#resolvConf.read());
      try {
        return await this.#search(wanted, family, servers);
      } catch (error) {
        // Cancelled for a change of resolv.conf: the new servers are asked instead.
        if (servers.cancelled && !this.#closed) continue;
        throw resolveError(error, name, family, servers.list);
      }
    }
  }

  close(): void {
    this.#closed = true;
    this.#servers?.cancel();
  }

  #use(conf: ResolvConf): NameServers {
    if (this.#servers?.conf === conf) return this.#servers;
    this.#servers?.cancel();
    this.#servers = new NameServers(conf, this.#options);
    if (this.#closed) this.#servers.cancel();
    return this.#servers;
  }

  /** The first of the name's candidates that has an address. */
  async #search(name: string, family: Family, servers: NameServers): Promise<Resolution> {
    const errors: unknown[] = [];
    for (const candidate of candidates(name, servers.conf)) {
      try {
        return resolution(await this.#queries.use(() => servers.ask(candidate, family)));
      } catch (error) {
        errors.push(error);
        // As in libc, a server that fails for one domain of the search list does not hide the rest. Unlike in
        // libc, no other failure moves on: the name may exist, and what comes next may be another host.
        const passable = codeOf(error) === 'ESERVFAIL' && candidate !== name;
        if (!passable && !AUTHORITATIVE.has(codeOf(error))) break;
      }
    }
    const failure = errors.find((error) => !AUTHORITATIVE.has(codeOf(error)));
    throw failure ?? errors.find((error) => codeOf(error) === 'ENODATA') ?? errors[0];
  }
}

/** The name servers of one version of resolv.conf. */
class NameServers {
  readonly list: readonly string[];
  cancelled = false;
  readonly #resolvers: Resolver[];

  constructor(
    readonly conf: ResolvConf,
    options: SystemResolverOptions,
  ) {
    const list = options.servers ?? conf.nameservers;
    const timeout = options.timeout ?? conf.timeout ?? TIMEOUT;
    const tries = options.tries ?? conf.attempts ?? TRIES;
    this.list = list;
    this.#resolvers = list.map((_, first) => {
      const resolver = new Resolver({ timeout, tries });
      resolver.setServers([...list.slice(first), ...list.slice(0, first)]);
      return resolver;
    });
  }

  async ask(name: string, family: Family): Promise<RecordWithTtl[]> {
    let refusal: unknown;
    // c-ares turns to the next server after silence, but not after a refusal; libc does both.
    for (const resolver of this.#resolvers) {
      if (this.cancelled) break;
      try {
        return await (family === 4
          ? resolver.resolve4(name, { ttl: true })
          : resolver.resolve6(name, { ttl: true }));
      } catch (error) {
        if (!REFUSALS.has(codeOf(error))) throw error;
        refusal = error;
      }
    }
    throw this.cancelled ? Object.assign(new Error('cancelled'), { code: CANCELLED }) : refusal;
  }

  cancel(): void {
    this.cancelled = true;
    for (const resolver of this.#resolvers) resolver.cancel();
  }
}

/** Lets so many pieces of work run at once, and the others wait in order. */
class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(slots: number) {
    this.#free = slots;
  }

  async use<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    }
  }
}

const AUTHORITATIVE: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA', 'EBADNAME']);
const REFUSALS: ReadonlySet<string> = new Set(['ESERVFAIL', 'EREFUSED', 'ENOTIMP']);

const codeOf = (error: unknown): string =>
  String((error as { code?: unknown } | undefined)?.code ?? 'EUNKNOWN');

const resolution = (records: RecordWithTtl[]): Resolution => ({
  addresses: records.map(({ address }) => address),
  ttl: Math.max(0, Math.min(...records.map(({ ttl }) => ttl))) * 1000,
});

function resolveError(
  cause: unknown,
  name: string,
  family: Family,
  servers: readonly string[],
): ResolveError {
  const code = codeOf(cause);
  const server = `name server${servers.length > 1 ? 's' : ''} ${servers.join(', ')}`;
  const texts: Readonly<Record<string, string>> = {
    ENOTFOUND: ' does not exist',
    ENODATA: ` has no IPv${family} address`,
    EBADNAME: ' is not a valid name',
    ETIMEOUT: `: no answer from ${server}`,
    ECONNREFUSED: `: ${server} cannot be reached`,
    ESERVFAIL: `: ${server} failed to look it up`,
    EREFUSED: `: ${server} refused to look it up`,
    [CANCELLED]: ': look-up cancelled',
  };
  const text = texts[code] ?? ': look-up failed';
  return new ResolveError(`host "${name}"${text} (${code})`, code, AUTHORITATIVE.has(code), { cause });
}
