import { EventEmitter } from 'node:events';
import type { FastifyReply } from 'fastify';
import { expect, test } from 'vitest';
import { Places } from '../../src/http/places.ts';

const replies = (count: number) =>
  Array.from({ length: count }, () => ({ raw: new EventEmitter() }) as unknown as FastifyReply);

test('a place is free again when its answer has ended', () => {
  const places = new Places({ most: 2, what: 'scrapes', retryAfter: 5 });
  const [first, second, third] = replies(3) as [FastifyReply, FastifyReply, FastifyReply];
  places.take(first);
  places.take(second);
  expect(() => places.take(third)).toThrow('2 scrapes are under way: try again in 5 s');
  first.raw.emit('close');
  first.raw.emit('close');
  places.take(third);
  expect(() => places.take(first)).toThrow(expect.objectContaining({ status: 503 }));
});
