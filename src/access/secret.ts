import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** What people, and programs that look for lost secrets, know a token by. */
const PREFIX = 'pinger_';

/** 256 bits that nobody guesses: stored as they are hashed, once, without a salt. */
const BYTES = 32;

const TOKEN = new RegExp(`^${PREFIX}[A-Za-z0-9_-]{43}$`);

/** A token that there has never been. */
export const newToken = (): string => PREFIX + newSecret();

/** What a session's cookie has. */
export const newSecret = (): string => randomBytes(BYTES).toString('base64url');

/** Whether a text may be a token at all. */
export const isToken = (text: string): boolean => TOKEN.test(text);

/** What is stored of a secret. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Whether two hashes are the same, in a time that does not tell how far they are. */
export function isSame(hash: string, other: string): boolean {
  const [first, second] = [Buffer.from(hash), Buffer.from(other)];
  return first.length === second.length && timingSafeEqual(first, second);
}
