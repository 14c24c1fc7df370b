import type { DataSource, EntityManager } from 'typeorm';
import type { Role } from '../entities/role.ts';
import { Session } from '../entities/session.ts';
import { Token } from '../entities/token.ts';
import { User } from '../entities/user.ts';
import type { Logger } from '../logger.ts';
import type { DatabaseAccess } from '../storage/database-access.ts';
import { Passwords } from './password.ts';
import { Remembered } from './remembered.ts';
import { hashOf, isSame, isToken, newSecret } from './secret.ts';

/** How long a session lasts that nobody uses, ms. */
export const SESSION_LIFE = 7 * 86_400_000;

/** A session that is used is made to last anew no more often, ms. */
const RENEWED_EVERY = 3_600_000;

/** When a token was used is noted no more often, ms. */
const USED_EVERY = 60_000;

/** One user's sessions, on that many browsers; the oldest end. */
const MOST_SESSIONS = 100;

/** Who asks. */
export interface Principal {
  name: string;
  kind: 'user' | 'token';
  role: Role;
}

export interface CredentialsOptions {
  database: DatabaseAccess;
  logger: Logger;
  /** ms since the Unix epoch. */
  now?: () => number;
}

/** A principal, and until when he is one, ms since the Unix epoch. */
interface Known {
  principal: Principal;
  expires: number | null;
  hash: string;
}

/** Knows by what somebody shows who he is, and what he may do. All of it throws DatabaseError. */
export class Credentials {
  readonly #database: DatabaseAccess;
  readonly #logger: Logger;
  readonly #now: () => number;
  readonly #passwords = new Passwords();
  readonly #known = new Remembered<Known>(() => performance.now());
  readonly #exist = new Remembered<boolean>(() => performance.now());

  constructor({ database, logger, now = Date.now }: CredentialsOptions) {
    this.#database = database;
    this.#logger = logger;
    this.#now = now;
  }

  /** Whether there is a user or a token, be it one that has expired. */
  async exist(): Promise<boolean> {
    return (await this.#exist.get('', () => this.#database.lookUp(haveAny))) === true;
  }

  /** Whose token it is. `from`: the address that it comes from, for the log. */
  async ofToken(token: string, from: string): Promise<Principal | undefined> {
    if (!isToken(token)) return undefined;
    const hash = hashOf(token);
    return this.#valid(hash, await this.#known.get(hash, () => this.#readToken(hash, from)));
  }

  /** Whose session a cookie's secret is of. */
  async ofSession(secret: string): Promise<Principal | undefined> {
    const hash = hashOf(secret);
    return this.#valid(hash, await this.#known.get(hash, () => this.#readSession(hash)));
  }

  /** Whether it has been right lately, without asking. */
  wasRight(secret: string): boolean {
    return this.#known.has(hashOf(secret));
  }

  /** The secret of a new session; undefined where name and password are no user's. Throws BusyError where too many try. */
  async signIn(
    name: string,
    password: string,
    from: string,
  ): Promise<{ secret: string; principal: Principal } | undefined> {
    const user = await this.#database.lookUp(({ manager }) => withPassword(manager, name));
    const secret = newSecret();
    const isRight = await this.#passwords.isRight(password, user?.password);
    // A name that is nobody's may be a password in the wrong field.
    const facts = { user: user?.name, address: from };
    if (!user || !isRight || !(await this.#opened(user, secret))) {
      this.#logger.warn('session.refused', facts);
      return undefined;
    }
    this.#logger.info('session.opened', facts);
    const principal = { name: user.name, kind: 'user', role: user.role } as const;
    const hash = hashOf(secret);
    this.#known.set(hash, { principal, expires: this.#now() + SESSION_LIFE, hash });
    return { secret, principal };
  }

  async signOut(secret: string): Promise<void> {
    const hash = hashOf(secret);
    await this.#database.edit((manager) => manager.getRepository(Session).delete({ hash }));
    this.#known.forget(hash);
  }

  #valid(hash: string, known: Known | undefined): Principal | undefined {
    if (!known || !isSame(known.hash, hash)) return undefined;
    return known.expires === null || known.expires > this.#now() ? known.principal : undefined;
  }

  async #readToken(hash: string, from: string): Promise<Known | undefined> {
    const token = await this.#database.lookUp(({ manager }) =>
      manager.getRepository(Token).findOne({ where: { hash }, select: TOKEN_COLUMNS }),
    );
    if (!token) return undefined;
    const { name, role, used, expires } = token;
    const now = this.#now();
    if (expires === null || expires > now) {
      if (used === null) this.#logger.info('token.used', { token: name, address: from });
      if (used === null || used < now - USED_EVERY)
        this.#meanwhile((manager) => manager.getRepository(Token).update({ hash }, { used: now }));
    }
    return { principal: { name, kind: 'token', role }, expires, hash: token.hash };
  }

  async #readSession(hash: string): Promise<Known | undefined> {
    const [row]: { hash: string; name: string; role: Role; expires: string }[] = await this.#database.lookUp(
      (dataSource) => dataSource.query(SESSION, [hash]),
    );
    if (!row) return undefined;
    const { name, role } = row;
    const now = this.#now();
    let expires = Number(row.expires);
    if (expires > now && expires < now + SESSION_LIFE - RENEWED_EVERY) {
      expires = now + SESSION_LIFE;
      this.#meanwhile((manager) => manager.getRepository(Session).update({ hash }, { expires }));
    }
    return { principal: { name, kind: 'user', role }, expires, hash: row.hash };
  }

  /** Whether the user is still there with the password that was checked, and has a session now. */
  #opened({ id, password }: User, secret: string): Promise<boolean> {
    const now = this.#now();
    return this.#database.edit(async (manager) => {
      if (!(await manager.getRepository(User).existsBy({ id, password }))) return false;
      await manager.query('DELETE FROM sessions WHERE expires <= CAST($1 AS bigint)', [now]);
      await manager.query(DELETE_OLDEST, [id, MOST_SESSIONS - 1]);
      await manager
        .getRepository(Session)
        .insert({ hash: hashOf(secret), user_id: id, created: now, expires: now + SESSION_LIFE });
      return true;
    });
  }

  /** Nobody waits for what is only noted. */
  #meanwhile(edit: (manager: EntityManager) => Promise<unknown>): void {
    this.#database.edit(edit).catch((error: Error) => {
      this.#logger.debug('access.unnoted', { error: error.message });
    });
  }
}

const TOKEN_COLUMNS = { name: true, hash: true, role: true, used: true, expires: true } as const;

const SESSION = `SELECT sessions.hash AS hash, users.name AS name, users.role AS role, CAST(sessions.expires AS TEXT) AS expires
  FROM sessions JOIN users ON users.id = sessions.user_id WHERE sessions.hash = $1`;

const DELETE_OLDEST = `DELETE FROM sessions WHERE hash IN (
  SELECT hash FROM sessions WHERE user_id = $1 ORDER BY created DESC, hash LIMIT 1000000 OFFSET $2)`;

const withPassword = (manager: EntityManager, name: string): Promise<User | null> =>
  manager.getRepository(User).findOne({
    where: { name },
    select: { id: true, name: true, password: true, role: true },
  });

/** Whether a database has a user or a token. */
async function haveAny(dataSource: DataSource): Promise<boolean> {
  const rows = await dataSource.query('SELECT 1 FROM users UNION ALL SELECT 1 FROM tokens LIMIT 1');
  return rows.length > 0;
}

/** Whether somebody could get in: a user, or a token that has not expired. */
export async function canAnybody({ manager }: DataSource, now: number): Promise<boolean> {
  const rows = await manager.query(
    'SELECT 1 FROM users UNION ALL SELECT 1 FROM tokens WHERE expires IS NULL OR expires > CAST($1 AS bigint) LIMIT 1',
    [now],
  );
  return rows.length > 0;
}
