import { describe, expect, test } from 'vitest';
import type { Answer } from '../../src/io/packet/answer.ts';
import type { Route } from '../../src/probing/flight.ts';
import { RoutingTable } from '../../src/probing/routing-table.ts';

const table = () => {
  let last = 0;
  return new RoutingTable<string>(7, () => ++last);
};

const claim = (routes: RoutingTable<string>, owner: string, address = '192.0.2.9'): Route =>
  routes.claim(owner, address, address) as Route;

const nonce = (token: number): Buffer => {
  const payload = Buffer.alloc(8);
  payload.writeUInt32BE(token);
  return payload;
};

const answer = (changed: Partial<Answer>): Answer =>
  ({
    kind: 'reply',
    family: 4,
    address: '192.0.2.9',
    receivedAt: 0,
    rttl: 64,
    rtype: 1,
    icmptype: 0,
    rcode: 0,
    rid: 0x700,
    rseq: 0,
    payload: Buffer.alloc(0),
    intact: true,
    ...changed,
  }) as Answer;

test('two destinations with one address never share an identifier', () => {
  const routes = table();
  const rids = Array.from({ length: 256 }, (_, n) => claim(routes, `owner ${n}`).rid);
  expect(new Set(rids).size).toBe(256);
  for (const rid of rids) expect(rid >> 8).toBe(7);
});

test('a 257th is refused, and gets in when another leaves', () => {
  const routes = table();
  const claimed = Array.from({ length: 256 }, (_, n) => claim(routes, `owner ${n}`));
  expect(routes.claim('late', '192.0.2.9', '192.0.2.9')).toBeUndefined();
  routes.release(claimed[100]!);
  expect(claim(routes, 'late').rid).toBe(claimed[100]!.rid);
});

test('destinations with different addresses share lanes', () => {
  const routes = table();
  expect(claim(routes, 'one', '192.0.2.1').rid).toBe(claim(routes, 'two', '192.0.2.2').rid);
});

describe('an answer', () => {
  test('with a nonce goes to whose it is, whoever sent it', () => {
    const routes = table();
    const one = claim(routes, 'one');
    const two = claim(routes, 'two');
    expect(routes.find(answer({ payload: nonce(one.token), address: '203.0.113.50' }))).toBe('one');
    expect(routes.find(answer({ payload: nonce(two.token) }))).toBe('two');
  });

  test('with the right identifier but no nonce of ours goes to nobody', () => {
    const routes = table();
    const { rid } = claim(routes, 'one');
    expect(routes.find(answer({ rid, payload: nonce(0xbad) }))).toBeUndefined();
    expect(routes.find(answer({ rid }))).toBeUndefined();
  });

  test('that quotes no nonce goes by the quoted address and identifier', () => {
    const routes = table();
    claim(routes, 'one');
    const { rid } = claim(routes, 'two');
    const error = { kind: 'error' as const, ttlExceeded: true, address: '203.0.113.1', rid };
    expect(routes.find(answer({ ...error, quotedAddress: '192.0.2.9' }))).toBe('two');
    expect(routes.find(answer({ ...error, quotedAddress: '192.0.2.8' }))).toBeUndefined();
    expect(routes.find(answer({ ...error, quotedAddress: '192.0.2.9', rid: rid + 256 }))).toBeUndefined();
  });

  test('to who has left goes to nobody', () => {
    const routes = table();
    const one = claim(routes, 'one');
    routes.release(one);
    expect(routes.find(answer({ payload: nonce(one.token) }))).toBeUndefined();
  });
});
