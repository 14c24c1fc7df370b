import { readFile, stat } from 'node:fs/promises';
import { isIP, isIPv4, SocketAddress } from 'node:net';
import { hostname } from 'node:os';
import type { Family } from './transport.ts';

/** The parsed contents of a file, read again once it has changed. A file that cannot be read counts as empty. */
export class WatchedFile<Contents> {
  readonly #path: string;
  readonly #parse: (text: string) => Contents;
  #contents: Contents;
  #version = '';
  #reading: Promise<Contents> | undefined;

  constructor(path: string, parse: (text: string) => Contents) {
    this.#path = path;
    this.#parse = parse;
    this.#contents = parse('');
  }

  /** The same object until the file changes. Never rejects. */
  read(): Promise<Contents> {
    // Thousands of names may be asked for at once: they share one look at the file.
    this.#reading ??= this.#check().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #check(): Promise<Contents> {
    const version = await stat(this.#path).then(
      // The change time tells of a new mode too, and of a file moved here with its old modification time.
      ({ ino, size, mtimeMs, ctimeMs }) => `${ino} ${size} ${mtimeMs} ${ctimeMs}`,
      () => '',
    );
    if (version === this.#version) return this.#contents;
    const text = version && (await readFile(this.#path, 'utf8').catch(() => undefined));
    this.#version = text === undefined ? '' : version;
    this.#contents = this.#parse(text ?? '');
    return this.#contents;
  }
}

/** What hosts(5) says. */
export class Hosts {
  readonly #addresses = new Map<string, string[]>();
  readonly #names = new Map<string, string>();

  constructor(text: string) {
    for (const words of wordsOfLines(text)) {
      const [address = '', ...names] = words;
      const family = isIP(address);
      if (family === 0) continue;
      for (const name of names) this.#add(`${family} ${name.toLowerCase()}`, canonical(address));
      const [official] = names;
      if (official !== undefined && !this.#names.has(canonical(address)))
        this.#names.set(canonical(address), official);
    }
  }

  /** A name's addresses in the order of the file; undefined when it has none of this family. `name` is in lower case. */
  find(name: string, family: Family): string[] | undefined {
    return this.#addresses.get(`${family} ${name}`);
  }

  /** The first name of an address, which is in canonical form. */
  nameOf(address: string): string | undefined {
    return this.#names.get(address);
  }

  #add(key: string, address: string): void {
    const known = this.#addresses.get(key);
    if (!known) this.#addresses.set(key, [address]);
    else if (!known.includes(address)) known.push(address);
  }
}

/** What resolv.conf(5) says, with its limits and defaults. */
export interface ResolvConf {
  nameservers: string[];
  /** Domains to complete names with, in order; empty for the root. */
  search: string[];
  /** A name with at least so many dots is first asked for as written. */
  ndots: number;
  /** Wait for a name server's first answer, ms. */
  timeout: number | undefined;
  attempts: number | undefined;
}

/** MAXNS of libc. */
const MOST_NAMESERVERS = 3;

export function parseResolvConf(text: string): ResolvConf {
  const nameservers: string[] = [];
  let search: string[] | undefined;
  const options = new Map<string, number>();
  for (const [keyword, ...words] of wordsOfLines(text)) {
    if (keyword === 'nameserver') nameservers.push(...words.slice(0, 1).filter((word) => isIP(word) !== 0));
    // Whichever of the two comes last counts.
    if (keyword === 'search') search = words;
    if (keyword === 'domain') search = words.slice(0, 1);
    if (keyword !== 'options') continue;
    for (const word of words) {
      const [, name, value] = /^(\w+):(\d+)$/.exec(word) ?? [];
      if (name) options.set(name, Number(value));
    }
  }
  const option = (name: string, least: number, most: number): number | undefined => {
    const value = options.get(name);
    return value === undefined ? undefined : Math.min(Math.max(value, least), most);
  };
  const seconds = option('timeout', 1, 30);
  return {
    nameservers: nameservers.length > 0 ? nameservers.slice(0, MOST_NAMESERVERS) : ['127.0.0.1'],
    search: (search ?? ownDomain()).map((domain) => domain.toLowerCase().replace(/\.$/, '')),
    ndots: option('ndots', 0, 15) ?? 1,
    timeout: seconds === undefined ? undefined : seconds * 1000,
    attempts: option('attempts', 1, 5),
  };
}

/** The names to ask for, in order, as libc's res_search(3) does. A name that ends with a dot is complete. */
export function candidates(name: string, { search, ndots }: Pick<ResolvConf, 'search' | 'ndots'>): string[] {
  if (name.endsWith('.')) return [name];
  const dots = name.split('.').length - 1;
  const completed = search.map((domain) => (domain === '' ? name : `${name}.${domain}`));
  return [...new Set(dots >= ndots ? [name, ...completed] : [...completed, name])];
}

const wordsOfLines = (text: string): string[][] =>
  text.split('\n').map((line) =>
    line
      .replace(/[#;].*/, '')
      .split(/\s+/)
      .filter((word) => word !== ''),
  );

const ownDomain = (): string[] => {
  const [, ...labels] = hostname().split('.');
  return labels.length > 0 ? [labels.join('.')] : [];
};

/** An address as DNS answers have it, so that one host has one spelling. */
const canonical = (address: string): string => {
  if (isIPv4(address)) return address;
  const [plain, zone] = address.split('%');
  const { address: short } = new SocketAddress({ family: 'ipv6', address: plain });
  return zone === undefined ? short : `${short}%${zone}`;
};
