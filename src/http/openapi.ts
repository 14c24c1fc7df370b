import swagger from '@fastify/swagger';
import type { FastifySchema, RouteOptions } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { App } from './context.ts';
import { problemSchema } from './schemas/problem.ts';

const DESCRIPTION = `What pinger's page does, and whatever else can be done with a running monitor.

Moments are ms since the Unix epoch, durations ms, shares from 0 to 1; names are those of the tables. What is wrong is told as
application/problem+json (RFC 9457), in one line: \`detail\` says what, where, and what would be right.`;

const TAGS = {
  destinations: 'What is probed.',
  sources: 'The hosts that run pinger.',
  history: 'What has become of probes.',
  live: 'What is now, as this monitor sees it.',
  traces: 'The path to a destination, hop by hop.',
  alerts: 'What rules have found, and whom they tell.',
  monitor: 'The monitor itself.',
  session: 'Who asks.',
};

/** How one says who one is, where that is asked: "pinger tokens" and "pinger users". */
const SCHEMES = {
  token: { type: 'http', scheme: 'bearer' },
  session: { type: 'apiKey', in: 'cookie', name: 'pinger_session' },
} as const;

/** Has the routes that are added from now on described as OpenAPI 3.1. */
export async function describeRoutes(app: App): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'pinger',
        version: '1',
        description: DESCRIPTION,
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/' }],
      components: { securitySchemes: SCHEMES },
      security: Object.keys(SCHEMES).map((name) => ({ [name]: [] })),
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    },
    transform: (document) =>
      jsonSchemaTransform({
        ...document,
        schema: document.schema && withProblems(document.schema, document.route),
      }),
    transformObject: (document) => tidied(jsonSchemaTransformObject(document)) as never,
  });
}

/** Components have one name, whether they are sent or received, and are those that something refers to. */
function tidied(document: object): object {
  const given = JSON.stringify(document);
  const received = new Set(
    [...given.matchAll(/#\/components\/schemas\/(\w+?)Input"/g)].map(([, name]) => name as string),
  );
  const text = given.replaceAll(/(#\/components\/schemas\/\w+?)Input"/g, '$1"');
  const tidy: Described = JSON.parse(text, withoutBounds);
  const schemas: Record<string, unknown> = {};
  const add = (part: unknown): void => {
    for (const [, name = ''] of JSON.stringify(part).matchAll(/#\/components\/schemas\/(\w+)/g)) {
      if (name in schemas) continue;
      schemas[name] =
        (received.has(name) ? tidy.components.schemas[`${name}Input`] : undefined) ??
        tidy.components.schemas[name];
      add(schemas[name]);
    }
  };
  add(tidy.paths);
  refer(tidy);
  tidy.components.schemas = Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)));
  for (const operation of Object.values(tidy.paths).flatMap((methods) => Object.values(methods)))
    for (const response of Object.values(operation.responses))
      if (response.description === 'Default Response') response.description = operation.summary;
  return tidy;
}

/** That a number is exact says nothing. */
const withoutBounds = (key: string, value: unknown): unknown =>
  /^(minimum|maximum)$/.test(key) && Math.abs(value as number) === Number.MAX_SAFE_INTEGER
    ? undefined
    : value;

interface Described {
  paths: Record<string, Record<string, { summary: string; responses: Record<string, DescribedResponse> }>>;
  components: { schemas: Record<string, unknown>; responses?: Record<string, unknown> };
}

interface DescribedResponse {
  description: string;
  content?: Record<string, unknown>;
}

/** What a route says of itself, and how it tells what is wrong. */
function withProblems(schema: FastifySchema, { config }: Pick<RouteOptions, 'config'>): FastifySchema {
  const { params, body, response } = schema;
  const statuses = [
    ...[400, 403, 421, 429],
    ...(config?.role === 'anyone' ? [] : [401, 503]),
    ...(params ? [404] : []),
    ...(body ? [413, 415, 422] : []),
    ...(config?.problems ?? []),
    'default' as const,
  ];
  const problems = Object.fromEntries(statuses.map((status) => [status, PROBLEM]));
  const open = config?.role === 'anyone' ? { security: [] } : {};
  return response ? { ...schema, ...open, response: { ...problems, ...response } } : schema;
}

const PROBLEM_TYPE = 'application/problem+json';

const PROBLEM = { description: 'Problem', content: { [PROBLEM_TYPE]: { schema: problemSchema } } };

const retryAfter = {
  description: 'after how many seconds it is worth trying again',
  schema: { type: 'integer' },
};

/** What each status means, and its name among the components. */
const PROBLEMS: Readonly<Record<string, readonly [name: string, description: string]>> = {
  400: ['BadRequest', 'what is asked for is not as it should be'],
  401: ['Unauthorized', 'it is not said who asks, or that is not right'],
  403: ['Forbidden', 'a viewer may not, or a page of another site asks'],
  404: ['NotFound', 'there is no such thing'],
  409: ['Conflict', 'as many run already as can'],
  412: ['PreconditionFailed', 'it is not any more what If-Match says'],
  413: ['ContentTooLarge', 'the body is too large'],
  415: ['UnsupportedMediaType', 'the body is not JSON'],
  421: ['MisdirectedRequest', 'it is asked for by a name that is not allowed'],
  422: ['UnprocessableContent', 'what is asked for cannot be'],
  429: ['TooManyRequests', 'too often'],
  501: ['NotImplemented', 'this monitor cannot do that'],
  503: ['ServiceUnavailable', 'the database does not answer, or too many ask for the same'],
  default: ['Error', 'anything else that is wrong'],
};

/** Each problem is described once. */
function refer(described: Described): void {
  const content = { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } };
  const responses: Record<string, object> = {};
  for (const operation of Object.values(described.paths).flatMap((methods) => Object.values(methods)))
    for (const [status, response] of Object.entries(operation.responses)) {
      if (!(PROBLEM_TYPE in (response.content ?? {}))) continue;
      const [name, description] = PROBLEMS[status] as readonly [string, string];
      const headers = status === '429' || status === '503' ? { headers: { 'Retry-After': retryAfter } } : {};
      responses[name] = { description, ...headers, content };
      Object.assign(operation.responses, { [status]: { $ref: `#/components/responses/${name}` } });
    }
  described.components.responses = Object.fromEntries(
    Object.entries(responses).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
