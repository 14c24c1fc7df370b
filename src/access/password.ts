import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { Turns } from './turns.ts';

/**
 * What a hash costs: 16 MiB and some 0.2 s of a thread of libuv's. Of those that OWASP holds to be equal, the one that takes
 * least of a monitor's memory: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#scrypt
 */
const COST: Cost = { ln: 14, r: 8, p: 5 };

const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** Characters. Without a second factor, length is all that helps against guessing. */
const SHORTEST = 12;
/** Bytes; what is longer would only cost time. */
const LONGEST = 1024;

/** So many wait for the one that is hashed; more are turned away. */
const WAITING = 16;

/** Base-2 logarithm of how often; block size; how many times over: https://www.rfc-editor.org/rfc/rfc7914 */
interface Cost {
  ln: number;
  r: number;
  p: number;
}

/** Why a password will not do; undefined where it does. */
export function problemOfPassword(password: string): string | undefined {
  const length = [...password].length;
  if (length < SHORTEST)
    return `the password has ${length === 1 ? '1 character' : `${length} characters`}: expected ${SHORTEST} or more`;
  if (Buffer.byteLength(password) > LONGEST)
    return `the password is too long: expected at most ${LONGEST} bytes`;
  return undefined;
}

/** Hashes passwords and checks them, off the main thread and one at a time: whoever tries many does not take the host from probing. */
export class Passwords {
  readonly #turns = new Turns({ waiting: WAITING });

  /** As `users` keeps it. Throws BusyError. */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(SALT_BYTES);
    const hash = await this.#turns.take(() => derived(password, salt, COST));
    const { ln, r, p } = COST;
    return `$scrypt$ln=${ln},r=${r},p=${p}$${unpadded(salt)}$${unpadded(hash)}`;
  }

  /** Whether a password is the one of a hash. Without a hash it takes as long, and is not. Throws BusyError. */
  async isRight(password: string, encoded: string | undefined): Promise<boolean> {
    const known = encoded === undefined ? undefined : decoded(encoded);
    const { cost, salt, hash } = known ?? {
      cost: COST,
      salt: randomBytes(SALT_BYTES),
      hash: randomBytes(HASH_BYTES),
    };
    if (Buffer.byteLength(password) > LONGEST) return false;
    const given = await this.#turns.take(() => derived(password, salt, cost));
    return timingSafeEqual(given, hash) && known !== undefined;
  }
}

/** Different ways to type one character are one. */
const derived = (password: string, salt: Buffer, { ln, r, p }: Cost): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const N = 2 ** ln;
    const options: ScryptOptions = { N, r, p, maxmem: 256 * r * (N + p) };
    scrypt(password.normalize('NFKC'), salt, HASH_BYTES, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });

/** Undefined for what somebody else has put there, or what would take more memory than a monitor has to spare. */
function decoded(encoded: string): { cost: Cost; salt: Buffer; hash: Buffer } | undefined {
  const [, ln, r, p, salt = '', hash = ''] =
    /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(encoded) ??
    [];
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
  const bytes = Buffer.from(hash, 'base64');
  if (
    !(cost.ln >= 1 && cost.ln <= 17 && cost.r >= 1 && cost.r <= 8 && cost.p >= 1) ||
    bytes.length !== HASH_BYTES
  )
    return undefined;
  return { cost, salt: Buffer.from(salt, 'base64'), hash: bytes };
}

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
