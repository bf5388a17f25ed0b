// Turns everything that can go wrong with a request into RFC 9457 problem+json with a code of the catalogue. What was
// not foreseen is logged with its stack and answered as `internal`: no stack, no message of ours leaves the house.
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem, type ProblemCode, PROBLEMS } from '../../contracts/problems.ts';
import { describe, type Fault } from '../validation-errors.ts';

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** Errors of the framework, by its stable code. */
const FRAMEWORK: Readonly<Record<string, readonly [ProblemCode, string]>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported-media-type', 'Send the body as application/json'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['payload-too-large', 'Send at most 1 MiB in one request'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['validation-failed', 'The body is empty; send a JSON object, {} at least'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['validation-failed', 'The body is not JSON'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['validation-failed', 'Content-Length does not match the body'],
  FST_ERR_BAD_URL: ['validation-failed', 'The URL is not well formed'],
  FST_ERR_MAX_PARAM_LENGTH: ['not-found', 'A part of the path is longer than any code or id'],
};

export interface ProblemOptions {
  isDatabaseAway: (error: unknown) => boolean;
  isTooSlow: (error: unknown) => boolean;
}

export function useProblems(app: FastifyInstance, options: ProblemOptions): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const problem = problemOf(error, request, options);
    if (problem.code === 'internal') request.log.error({ err: error }, 'a request failed');
    if (problem.code === 'database-away') request.log.warn({ err: error }, 'the database is away');
    if (problem.code === 'too-slow')
      request.log.warn({ err: error, route: request.routeOptions.url }, 'a statement took too long');
    return sendProblem(request, reply, problem);
  });
}

/** Requests so wrong that no route and no hook sees them. */
export function answerFrameworkError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  void sendProblem(request, reply, problemOf(error, request, { isDatabaseAway: () => false, isTooSlow: () => false }));
}

function problemOf(error: FastifyError, request: FastifyRequest, options: ProblemOptions): Problem {
  if (error instanceof Problem) return error;
  if (error.validation) return validationProblem(error);
  if (options.isTooSlow(error)) return new Problem('too-slow', slowDetail(request.method));
  if (options.isDatabaseAway(error)) return new Problem('database-away', awayDetail(request.method));
  const known = FRAMEWORK[error.code];
  if (known) return new Problem(known[0], known[1]);
  // Thrown by the JSON parser itself (a syntax error, a poisoned prototype) without a code of the framework.
  if (error.statusCode === 400) return new Problem('validation-failed', 'The body is not JSON we take');
  return new Problem('internal', 'Something went wrong on our side; it has been logged under this request id');
}

const slowDetail = (method: string): string =>
  method === 'GET' || method === 'HEAD'
    ? 'The database ended it at its time limit; ask for a shorter span, fewer points or a narrower filter'
    : 'The database ended it at its time limit; read first whether the change took effect, then try again';

/** The connection may have gone at the very moment of a commit: only of reads it is certain that nothing happened. */
const awayDetail = (method: string): string =>
  method === 'GET' || method === 'HEAD'
    ? 'Try again in a few seconds'
    : 'Try again in a few seconds, but read first whether the change took effect';

const PARTS = { body: 'body', querystring: 'query', params: 'path', headers: 'header' } as const;

function validationProblem(error: FastifyError): Problem {
  const part = PARTS[error.validationContext as keyof typeof PARTS] ?? 'request';
  const faults: readonly Fault[] = describe(error.validation ?? []);
  const sentence = faults.map(({ path, message }) => `${part}${path.replaceAll('/', '.')} ${message}`).join('; ');
  return new Problem('validation-failed', sentence || `The ${part} does not fit its schema`, {
    errors: faults.map(({ path, message }) => ({ in: part, path, message })),
  });
}

/** The body of a problem answer; `instance` is the path that was asked for, without its query. */
export function problemBody(problem: Problem, request: FastifyRequest): Record<string, unknown> {
  const [status, title] = PROBLEMS[problem.code];
  return {
    type: `urn:stethos:problem:${problem.code}`,
    title,
    status,
    detail: problem.message,
    code: problem.code,
    instance: request.url.split('?')[0],
    requestId: request.id,
    ...problem.extra,
  };
}

export function sendProblem(request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="stethos"');
  if (problem.code === 'database-away') reply.header('retry-after', 2);
  if (typeof problem.extra.retryAfterS === 'number') reply.header('retry-after', problem.extra.retryAfterS);
  return reply.code(problem.status).type(PROBLEM_TYPE).send(problemBody(problem, request));
}
