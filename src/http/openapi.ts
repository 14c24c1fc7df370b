import swagger from '@fastify/swagger';
import type { FastifySchema } from 'fastify';
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
  monitor: 'The monitor itself.',
};

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
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    },
    transform: (document) =>
      jsonSchemaTransform({ ...document, schema: document.schema && withProblems(document.schema) }),
    transformObject: jsonSchemaTransformObject,
  });
}

/** What a route says of itself, and how it tells what is wrong. */
function withProblems(schema: FastifySchema): FastifySchema {
  const { params, querystring, body, response } = schema;
  const isAsked = [params, querystring, body].some((part) => part && Object.keys(part).length > 0);
  const statuses = [
    ...(isAsked ? [400] : []),
    ...(params ? [404] : []),
    ...(body ? [413, 415, 422] : []),
    'default',
  ];
  const problems = Object.fromEntries(statuses.map((status) => [status, PROBLEMS[status]]));
  return response ? { ...schema, response: { ...problems, ...response } } : schema;
}

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: problemSchema } },
});

const PROBLEMS: Readonly<Record<string, object>> = {
  400: problem('what is asked for is not as it should be'),
  404: problem('there is no such thing'),
  413: problem('the body is too large'),
  415: problem('the body is not JSON'),
  422: problem('what is asked for cannot be'),
  default: problem('anything else that is wrong; 503: the database does not answer, or is busy'),
};
