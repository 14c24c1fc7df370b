import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors, isResponseSerializationError } from 'fastify-type-provider-zod';
import type { Logger } from '../logger.ts';
import { DatabaseError } from '../storage/store.ts';
import type { Problem } from './schemas/problem.ts';

/** A request that cannot be met, and why, in one line. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';

  constructor(
    /** An HTTP status. */
    readonly status: number,
    detail: string,
    readonly more: Pick<Problem, 'errors'> & { headers?: Record<string, string> } = {},
  ) {
    super(detail);
  }
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  421: 'Misdirected Request',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** Answers with a problem: https://www.rfc-editor.org/rfc/rfc9457 */
export function sendProblem(
  reply: FastifyReply,
  status: number,
  detail: string,
  errors?: Problem['errors'],
): FastifyReply {
  const problem: Problem = {
    type: 'about:blank',
    title: TITLES[status] ?? 'Error',
    status,
    detail,
    ...(errors && { errors }),
  };
  // Past the serializer of the route, which knows of no problems.
  return reply.code(status).type('application/problem+json').serializer(JSON.stringify).send(problem);
}

/** Tells every error of a request as a problem. What is nobody's fault but pinger's is logged. */
export function tellProblems(app: FastifyInstance, logger: Logger): void {
  app.setNotFoundHandler((request, reply) =>
    sendProblem(reply, 404, `${request.method} ${pathOf(request)}: there is no such thing`),
  );
  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (error instanceof ProblemError) {
      reply.headers(error.more.headers ?? {});
      return sendProblem(reply, error.status, error.message, error.more.errors);
    }
    if (hasZodFastifySchemaValidationErrors(error)) {
      const errors = error.validation.map(({ instancePath, message }) => ({
        pointer: instancePath || '/',
        detail: message ?? 'not as it should be',
      }));
      const told = errors.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('; ');
      return sendProblem(reply, 400, `${error.validationContext ?? 'request'} ${told}`, errors);
    }
    if (error instanceof DatabaseError) return sendProblem(reply, 503, error.message);
    const status = error.statusCode ?? 500;
    if (status < 500) return sendProblem(reply, status, error.message);
    const cause = isResponseSerializationError(error) ? error.cause : error;
    logger.error('http.failed', {
      path: pathOf(request),
      error: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause),
    });
    return sendProblem(reply, 500, 'pinger failed; its log says why');
  });
}

const pathOf = ({ url }: FastifyRequest): string => url.split('?')[0] as string;
