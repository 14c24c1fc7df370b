import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';

/** So long is worked on one answer before something else has its turn, ms. */
const SLICE = 3;

/** Answers with `{"name":[…]}`, of however many items, made bit by bit. */
export const sendList = <Item>(
  reply: FastifyReply,
  name: string,
  items: Iterable<Item>,
  bodyOf: (item: Item) => unknown,
): FastifyReply =>
  reply
    .type('application/json; charset=utf-8')
    .send(Readable.from(list(name, items, bodyOf), { objectMode: false }));

async function* list<Item>(
  name: string,
  items: Iterable<Item>,
  bodyOf: (item: Item) => unknown,
): AsyncGenerator<Buffer> {
  let text = `{${JSON.stringify(name)}:[`;
  let separator = '';
  let began = performance.now();
  for (const item of items) {
    text += separator + JSON.stringify(bodyOf(item));
    separator = ',';
    if (performance.now() - began < SLICE) continue;
    yield Buffer.from(text);
    text = '';
    await turn();
    began = performance.now();
  }
  yield Buffer.from(`${text}]}`);
}
