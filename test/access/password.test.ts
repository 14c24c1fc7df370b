import { scryptSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { Passwords, problemOfPassword } from '../../src/access/password.ts';
import { BusyError } from '../../src/access/turns.ts';

test('a password is right for its own hash alone, however it is typed', async () => {
  const passwords = new Passwords();
  const hash = await passwords.hash('cafe\u0301 au lait noir');
  expect(hash).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  expect(await passwords.isRight('caf\u00e9 au lait noir', hash)).toBe(true);
  for (const wrong of ['cafe au lait noir', '', 'Café au lait noir'])
    expect(await passwords.isRight(wrong, hash)).toBe(false);
  expect(await passwords.hash('cafe\u0301 au lait noir')).not.toBe(hash);
});

test("a hash is scrypt's own, of the cost that it names", async () => {
  const salt = Buffer.from('0123456789abcdef');
  const unpadded = (bytes: Buffer) => bytes.toString('base64').replace(/=/g, '');
  const key = scryptSync('an older password', salt, 32, { N: 1024, r: 4, p: 1 });
  const hash = `$scrypt$ln=10,r=4,p=1$${unpadded(salt)}$${unpadded(key)}`;
  expect(await new Passwords().isRight('an older password', hash)).toBe(true);
  expect(await new Passwords().isRight('an older Password', hash)).toBe(false);
});

test.each([
  'plain text',
  '',
  '$2b$10$abcdefghijklmnopqrstuv',
  '$scrypt$ln=30,r=8,p=5$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY',
  '$scrypt$ln=0,r=8,p=5$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY',
  '$scrypt$ln=14,r=8,p=5$MDEyMzQ1Njc4OWFiY2RlZg$',
])('nothing is right for %j', async (encoded) => {
  const passwords = new Passwords();
  expect(await passwords.isRight('plain text', encoded)).toBe(false);
  expect(await passwords.isRight('', encoded)).toBe(false);
});

test('that there is no such user takes as long as a wrong password', async () => {
  const passwords = new Passwords();
  const hash = await passwords.hash('correct horse battery');
  const took = async (encoded: string | undefined) => {
    const start = performance.now();
    expect(await passwords.isRight('wrong horse battery', encoded)).toBe(false);
    return performance.now() - start;
  };
  const [known, unknown]: [number[], number[]] = [[], []];
  for (let n = 0; n < 5; n++) {
    known.push(await took(hash));
    unknown.push(await took(undefined));
  }
  // The fastest of each: what else goes on only adds to it.
  const ratio = Math.min(...unknown) / Math.min(...known);
  expect(ratio).toBeGreaterThan(0.5);
  expect(ratio).toBeLessThan(2);
});

test('the main thread goes on meanwhile, and too many are turned away', async () => {
  const passwords = new Passwords();
  let turns = 0;
  const counting = setInterval(() => turns++, 1);
  const tried = await Promise.allSettled(
    Array.from({ length: 20 }, () => passwords.isRight('wrong horse battery', undefined)),
  );
  clearInterval(counting);
  const refused = tried.filter(({ status }) => status === 'rejected');
  expect(refused.map((each) => (each as PromiseRejectedResult).reason)).toEqual(
    Array.from({ length: 3 }, () => expect.any(BusyError)),
  );
  expect(turns).toBeGreaterThan(50);
  // It goes on after that.
  expect(await passwords.isRight('wrong horse battery', undefined)).toBe(false);
});

test.each([
  ['short', 'the password has 5 characters: expected 12 or more'],
  ['', 'the password has 0 characters: expected 12 or more'],
  ['x', 'the password has 1 character: expected 12 or more'],
  ['😀'.repeat(11), 'the password has 11 characters: expected 12 or more'],
  ['x'.repeat(1025), 'the password is too long: expected at most 1024 bytes'],
  ['😀'.repeat(12), undefined],
])('the problem of %j: %j', (password, problem) => {
  expect(problemOfPassword(password)).toBe(problem);
});
