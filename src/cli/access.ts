import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { BlockList, isIP } from 'node:net';
import { createSecureContext } from 'node:tls';
import { InvalidArgumentError, Option } from 'commander';
import { canAnybody } from '../access/credentials.ts';
import { isLoopback } from '../http/guard/host.ts';
import type { ListenAddress } from '../http/listen-address.ts';
import type { Tls } from '../http/node-server.ts';
import type { ServerOptions } from '../http/server.ts';
import { DatabaseError, NoDatabaseError } from '../storage/store.ts';
import { withDatabase } from './database.ts';
import { CommandFailure } from './failure.ts';
import { tell } from './output.ts';

/** Who gets to the page and the API of a monitor, as its options say. */
export interface AccessOptions {
  database: string;
  auth?: true;
  tlsCert?: string;
  tlsKey?: string;
  allowHost?: string[];
  trustProxy?: string[];
}

/** The options of `run` for it; each has a variable of the environment, too. */
export const accessOptions = (): Option[] => [
  new Option(
    '--auth',
    'have everybody sign in, even where only this host can come and there are no users yet',
  ).env('PINGER_AUTH'),
  new Option('--tls-cert <file>', 'a certificate with its chain (PEM): the page and the API by HTTPS').env(
    'PINGER_TLS_CERT',
  ),
  new Option('--tls-key <file>', 'its key (PEM)').env('PINGER_TLS_KEY'),
  new Option('--allow-host <name>', "a name to be asked for by, besides this host's own; may be given again")
    .env('PINGER_ALLOW_HOST')
    .argParser(listOf(parseHostName)),
  new Option(
    '--trust-proxy <address>',
    'the address of a reverse proxy before it, or its network; may be given again',
  )
    .env('PINGER_TRUST_PROXY')
    .argParser(listOf(parseProxy)),
];

/** What a server is to be like that listens at `listen`. Throws CommandFailure where anybody could come and nobody would be asked. */
export async function serverOptionsOf(listen: ListenAddress, given: AccessOptions): Promise<ServerOptions> {
  const { auth = false, allowHost = [], trustProxy = [] } = given;
  const tls = await tlsOf(given);
  const isElsewhere = !isLoopback(listen.host);
  if (isElsewhere || trustProxy.length > 0) await needCredentials(listen, given);
  else if (auth && !(await canGetIn(given.database))) tell(`Nobody can sign in yet: ${HOW_TO_GET_IN}.`);
  if (isElsewhere && !tls && trustProxy.length === 0)
    tell(
      'Passwords and tokens cross the network unencrypted: give --tls-cert and --tls-key, or stay on 127.0.0.1 behind a proxy.',
    );
  return { auth, allowedHosts: allowHost, proxies: trustProxy, ...(tls && { tls }) };
}

const HOW_TO_GET_IN = '"pinger users add NAME" makes a user, "pinger tokens add NAME" a token';

async function needCredentials({ host }: ListenAddress, { database }: AccessOptions): Promise<void> {
  if (await canGetIn(database)) return;
  const who = isLoopback(host) ? 'behind a proxy' : `listening on ${host}`;
  throw new CommandFailure(
    `${who}, others than this host can come, and there is no user and no token yet: ${HOW_TO_GET_IN}; or listen on 127.0.0.1`,
    2,
  );
}

/** A database that cannot be asked for now may have users; then nobody gets in until it can. */
async function canGetIn(database: string): Promise<boolean> {
  try {
    return await withDatabase({ url: database }, (dataSource) => canAnybody(dataSource, Date.now()));
  } catch (error) {
    if (error instanceof NoDatabaseError) return false;
    if (error instanceof DatabaseError && error.transient) return true;
    throw error;
  }
}

async function tlsOf({ tlsCert, tlsKey }: AccessOptions): Promise<Tls | undefined> {
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined)
    throw new CommandFailure('--tls-cert and --tls-key belong together: give both', 2);
  const cert = await pem('--tls-cert', tlsCert);
  const key = await pem('--tls-key', tlsKey);
  const certificate = checked(
    `--tls-cert ${tlsCert}: not a certificate as PEM`,
    () => new X509Certificate(cert),
  );
  const secret = checked(`--tls-key ${tlsKey}: not a key as PEM, or one with a passphrase`, () =>
    createPrivateKey(key),
  );
  if (!certificate.checkPrivateKey(secret))
    throw new CommandFailure(`--tls-key ${tlsKey}: not the key of --tls-cert ${tlsCert}`, 2);
  checked(`--tls-cert ${tlsCert}: not usable`, () => createSecureContext({ cert, key }));
  return { cert, key };
}

async function pem(option: string, file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CommandFailure(`${option} ${file}: ${READING[code ?? ''] ?? message}`, 2);
  }
}

const READING: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'this user may not read it',
  EISDIR: 'a folder, not a file',
};

function checked<T>(problem: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new CommandFailure(`${problem} (${(error as Error).message})`, 2);
  }
}

/** Of an option that may be given several times, or with several values, or in the environment with commas. */
function listOf(parse: (text: string) => string): (text: string, before: string[] | undefined) => string[] {
  return (text, before = []) => [...before, ...text.split(',').map((each) => parse(each.trim()))];
}

function parseHostName(text: string): string {
  if (/^[a-z0-9._-]+$/i.test(text)) return text;
  throw new InvalidArgumentError(
    `"${text}" is no name of a host: expected one such as monitor.example.com, without a port`,
  );
}

/** As Fastify takes it. */
function parseProxy(text: string): string {
  const [address = '', bits] = text.split('/');
  const family = isIP(address);
  try {
    if (family === 0) throw new RangeError('not an address');
    if (bits !== undefined) new BlockList().addSubnet(address, Number(bits), family === 4 ? 'ipv4' : 'ipv6');
    return text;
  } catch {
    throw new InvalidArgumentError(
      `"${text}" is no address: expected one such as 127.0.0.1, or a network such as 10.0.0.0/8`,
    );
  }
}
