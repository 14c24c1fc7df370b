import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openapiText } from '../../docs/openapi.ts';
import { type Served, serving } from './support.ts';

const serve = serving();

interface Parameter {
  name: string;
  in: 'path' | 'query';
}

const { paths } = JSON.parse(await openapiText()) as {
  paths: Record<string, Record<string, { parameters?: Parameter[] }>>;
};

const routes = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { parameters = [] }]) => ({
    method: method.toUpperCase(),
    path,
    parameters: parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name),
  })),
);

const COLUMNS = [
  ...['address', 'active', 'protocol', 'port', 'interval', 'timeout', 'ttl', 'data', 'name', 'source_id'],
  ...['location', 'host', 'sourceid', 'destination_id', 'count', '__proto__', 'constructor'],
];

/** What somebody may say, right or wrong. No address is anybody's: what is added may be probed. */
const anyWord = fc.oneof(
  fc.constantFrom(
    '1',
    '1,2',
    '-1',
    '0',
    '1h',
    '1e9',
    '9999999999999',
    '2024-11-23',
    'reply',
    'source',
    '',
    ',',
  ),
  fc.constantFrom(
    '1-9223372036854775807',
    '192.0.2.1',
    'icmp',
    'tcp://192.0.2.1:80',
    '\0',
    '%00',
    '٣',
    "';--",
  ),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.integer().map(String),
);

const anyValue = fc.oneof(
  anyWord,
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.array(anyWord, { maxLength: 3 }),
);

const anyObject = fc.dictionary(fc.oneof(fc.constantFrom(...COLUMNS), fc.string()), anyValue, { maxKeys: 6 });

const anyBody = fc.oneof(anyObject, fc.array(anyObject, { maxLength: 3 }), anyValue, fc.jsonValue());

const anyRequest = fc.constantFrom(...routes).chain(({ method, path, parameters }) =>
  fc.record({
    method: fc.oneof(
      { weight: 9, arbitrary: fc.constant(method) },
      fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE'),
    ),
    path: fc.array(anyWord, { minLength: 2, maxLength: 2 }).map((words) => {
      let index = 0;
      return path.replace(/\{\w+\}/g, () => encodeURIComponent(wellFormed(words[index++] as string)));
    }),
    query: fc.array(
      fc.tuple(
        fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...parameters, 'since') }, fc.string()),
        anyWord,
      ),
      { maxLength: 4 },
    ),
    body: fc.option(anyBody, { nil: undefined }),
  }),
);

/** A text that a URL can hold. */
const wellFormed = (text: string): string => Buffer.from(text).toString();

type Request = typeof anyRequest extends fc.Arbitrary<infer Value> ? Value : never;

/** No answer takes longer, ms. */
const LONGEST = 5000;

async function check(api: Served, { method, path, query, body }: Request): Promise<void> {
  // It never ends.
  if (path === '/api/v1/live/events' && method === 'GET') return;
  const search = new URLSearchParams();
  for (const [name, value] of query) search.append(wellFormed(name), wellFormed(value));
  const hasBody = body !== undefined && method !== 'GET';
  const { status } = await api.ask(method, `${path}?${search}`, hasBody ? body : undefined, {
    signal: AbortSignal.timeout(LONGEST),
  });
  // Traces of what nobody is are not started: the network is the test's own.
  expect(
    status === 501 || status < 500,
    `${method} ${path}?${search} ${JSON.stringify(body)}: ${status}`,
  ).toBe(true);
}

test('whatever is asked for is answered in time, and is never a failure', { timeout: 120_000 }, async () => {
  const api = await serve({ database: 'sqlite::memory:', source: 'here' });
  await api.ask('POST', 'destinations', [{ address: '192.0.2.1' }, { address: '192.0.2.2' }]);
  await fc.assert(
    fc.asyncProperty(anyRequest, (request) => check(api, request)),
    { numRuns: 1500 },
  );
  expect(api.logger.of('http.failed')).toEqual([]);
  expect((await api.get('/readyz')).status).toBe(200);
});
