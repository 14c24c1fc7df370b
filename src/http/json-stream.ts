import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { Turns } from '../turns.ts';

export interface List<Item> {
  name: string;
  items: Iterable<Item> | AsyncIterable<Item>;
  bodyOf: (item: Item) => unknown;
  /** What comes after it. */
  rest?: object;
}

/** Answers with `{"name":[…]}`, of however many items, made bit by bit. */
export const sendList = <Item>(reply: FastifyReply, list: List<Item>): FastifyReply =>
  reply.type('application/json; charset=utf-8').send(Readable.from(textOf(list), { objectMode: false }));

async function* textOf<Item>({ name, items, bodyOf, rest = {} }: List<Item>): AsyncGenerator<Buffer> {
  const turns = new Turns();
  let text = `{${JSON.stringify(name)}:[`;
  let separator = '';
  for await (const item of items) {
    text += separator + JSON.stringify(bodyOf(item));
    separator = ',';
    if (!turns.isOver) continue;
    yield Buffer.from(text);
    text = '';
    await turns.next();
  }
  const more = Object.entries(rest).map(([key, value]) => `,${JSON.stringify(key)}:${JSON.stringify(value)}`);
  yield Buffer.from(`${text}]${more.join('')}}`);
}
