import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { hasZodFastifySchemaValidationErrors, isResponseSerializationError } from 'fastify-type-provider-zod';
import { InputError } from '../input/input-error.ts';
import { oneLine } from '../input/one-line.ts';
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
  408: 'Request Timeout',
  409: 'Conflict',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  414: 'URI Too Long',
  415: 'Unsupported Media Type',
  421: 'Misdirected Request',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
};

/** A problem that its status says the kind of: https://www.rfc-editor.org/rfc/rfc9457 */
export const problemOf = (status: number, detail: string, errors?: Problem['errors']): Problem => ({
  type: 'about:blank',
  title: TITLES[status] ?? 'Error',
  status,
  detail,
  ...(errors && { errors }),
});

/** Answers with a problem. */
export function sendProblem(
  reply: FastifyReply,
  status: number,
  detail: string,
  errors?: Problem['errors'],
): FastifyReply {
  const problem = problemOf(status, detail, errors);
  // Past the serializer of the route, which knows of no problems.
  return reply.code(status).type('application/problem+json').serializer(JSON.stringify).send(problem);
}

/** The columns that what is wrong with a row can begin with. */
const COLUMN =
  /^(address|protocol|port|interval|timeout|ttl|data|name|source_id|sourceid|metric|state|comparison|threshold|recovery_threshold|span|hold|recovery_hold|severity|destinations|repeat|channels|group_wait|group_interval|kind|settings|starts|ends|repeats|time_zone|destination_id|parent_id)(?=[ :.])/;

/** Does what may throw InputError, which then is the request's problem. `pointer`: to what it is about in the body. */
export async function refused<Value>(work: () => Value | Promise<Value>, pointer = ''): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const [, column] = COLUMN.exec(`${error.message} `) ?? [];
    const detail = pointer === '' ? error.message : `${pointer}: ${error.message}`;
    throw new ProblemError(422, detail, {
      errors: [{ pointer: column === undefined ? pointer : `${pointer}/${column}`, detail: error.message }],
    });
  }
}

/** What is wrong with a body as a whole, by Fastify's code for it. */
const BODY_PROBLEMS: Readonly<Record<string, string>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'the body is of another type: expected content-type: application/json',
  FST_ERR_CTP_BODY_TOO_LARGE: 'the body is too large: expected at most 1 MiB',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'the body is empty: expected JSON, or no content-type',
  FST_ERR_CTP_INVALID_JSON_BODY: 'the body is not JSON',
};

/** So many things that are wrong are told at once. */
const MOST_ERRORS = 20;

/** Tells every error of a request as a problem. What is nobody's fault but pinger's is logged. */
export function tellProblems(app: FastifyInstance, logger: Logger): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (error instanceof ProblemError) {
      reply.headers(error.more.headers ?? {});
      return sendProblem(reply, error.status, error.message, error.more.errors);
    }
    if (hasZodFastifySchemaValidationErrors(error)) return sendInvalid(reply, error);
    if (error instanceof DatabaseError) {
      if (error.transient) reply.header('retry-after', '5');
      return sendProblem(reply, 503, error.message);
    }
    // Who has gone is told nothing.
    if (error.name === 'AbortError') return sendProblem(reply, 503, 'given up');
    const status = error.statusCode ?? 500;
    if (status < 500) return sendProblem(reply, status, BODY_PROBLEMS[error.code] ?? oneLine(error.message));
    const cause = isResponseSerializationError(error) ? error.cause : error;
    logger.error('http.failed', {
      path: pathOf(request.url),
      error: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause),
    });
    return sendProblem(reply, 500, 'pinger failed; its log says why');
  });
}

/** What is wrong, by where it is: a parameter by its name, a part of the body by a JSON pointer. */
function sendInvalid(reply: FastifyReply, error: FastifyError): FastifyReply {
  const isBody = error.validationContext === 'body';
  const all = (error.validation ?? []).map(({ instancePath, message = '' }) => ({
    pointer: isBody ? instancePath.replace(/\/$/, '') : instancePath.slice(1),
    detail: oneLine(message.replace(/^(Invalid|Too|Unrecognized) \w+: /, '')),
  }));
  // Of one place, what is told first is enough.
  const errors = all
    .filter(({ pointer }, index) => all.findIndex((other) => other.pointer === pointer) === index)
    .slice(0, MOST_ERRORS);
  const told = errors.slice(0, 3).map(({ pointer, detail }) => {
    const where = pointer || (isBody ? 'body' : 'query');
    return `${where}: ${detail}`;
  });
  const more = errors.length > told.length ? `; and ${errors.length - told.length} more` : '';
  return sendProblem(reply, 400, `${told.join('; ')}${more}`, errors);
}

/** The path of a URL, as one line. */
export const pathOf = (url: string): string => oneLine(url.split('?')[0] as string).slice(0, 200);
