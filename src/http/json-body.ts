import { isUtf8 } from 'node:buffer';
import type { FastifyRequest } from 'fastify';
import type { App } from './context.ts';
import { ProblemError } from './problems.ts';

/** Nothing that is asked for is nested as deep; what is much deeper could not be written again. */
const DEEPEST = 32;

/** Nor has it as many values; a thousand destinations have half of them. */
const MOST_VALUES = 20_000;

const [QUOTE, BACKSLASH, BEGIN_LIST, END_LIST, BEGIN_OBJECT, END_OBJECT, COMMA] = Buffer.from(
  '"\\[]{},',
) as Iterable<number>;

/** Takes JSON as the body of a request, and nothing else: a form of another site may send a text without asking first. */
export function takeJson(app: App): void {
  app.removeAllContentTypeParsers();
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    const problem = problemOf(request, body);
    if (problem) done(problem, undefined);
    else parse(request, body.toString(), done);
  });
}

function problemOf({ headers }: FastifyRequest, body: Buffer): ProblemError | undefined {
  const { 'content-encoding': coding = 'identity' } = headers;
  if (coding !== 'identity')
    return new ProblemError(415, `content-encoding ${JSON.stringify(coding)}: expected none`);
  // What is not would be stored as something else.
  if (!isUtf8(body)) return wrong('expected UTF-8');
  const { deepest, values } = extentOf(body);
  if (deepest > DEEPEST) return wrong(`expected values in no more than ${DEEPEST} others`);
  if (values > MOST_VALUES) return wrong(`expected no more than ${MOST_VALUES} values`);
  return undefined;
}

const wrong = (detail: string): ProblemError =>
  new ProblemError(400, `body: ${detail}`, { errors: [{ pointer: '', detail }] });

/** In how many lists and objects what lies deepest is, and about how many values there are, of a text that is JSON. */
function extentOf(json: Buffer): { deepest: number; values: number } {
  let [depth, deepest, values, isText] = [0, 0, 1, false];
  for (let at = 0; at < json.length; at++) {
    const byte = json[at];
    if (byte === QUOTE) isText = !isText;
    else if (isText) {
      if (byte === BACKSLASH) at++;
    } else if (byte === COMMA) values++;
    else if (byte === BEGIN_LIST || byte === BEGIN_OBJECT) deepest = Math.max(deepest, ++depth);
    else if (byte === END_LIST || byte === END_OBJECT) depth--;
  }
  return { deepest, values };
}
