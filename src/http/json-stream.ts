import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { Turns } from '../turns.ts';

/** A list in an answer, of however many items. */
export class LongList<Item = unknown> {
  constructor(
    readonly items: Iterable<Item> | AsyncIterable<Item>,
    readonly bodyOf: (item: Item) => unknown,
  ) {}

  /** As JSON, item by item. */
  async *texts(): AsyncGenerator<string> {
    let start = '[';
    for await (const item of this.items) {
      yield start + JSON.stringify(this.bodyOf(item));
      start = ',';
    }
    yield start === '[' ? '[]' : ']';
  }
}

/** Answers with an object, made bit by bit, past the serializer of the route: a property, or an item of a long list, at a time. */
export const sendBitByBit = (reply: FastifyReply, body: Readonly<Record<string, unknown>>): FastifyReply =>
  reply.type('application/json; charset=utf-8').send(Readable.from(piecesOf(body), { objectMode: false }));

async function* piecesOf(body: Readonly<Record<string, unknown>>): AsyncGenerator<Buffer> {
  const turns = new Turns();
  let text = '';
  for await (const part of textsOf(body)) {
    text += part;
    if (!turns.isOver) continue;
    yield Buffer.from(text);
    text = '';
    await turns.next();
  }
  yield Buffer.from(text);
}

async function* textsOf(body: Readonly<Record<string, unknown>>): AsyncGenerator<string> {
  let start = '{';
  for (const [name, value] of Object.entries(body)) {
    yield `${start}${JSON.stringify(name)}:`;
    start = ',';
    if (value instanceof LongList) yield* value.texts();
    else yield JSON.stringify(value);
  }
  yield '}';
}
