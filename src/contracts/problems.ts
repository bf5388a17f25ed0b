// The catalogue of errors a caller can meet (RFC 9457 problem+json): stable code, status, title. Details say what to do.

export const PROBLEMS = {
  'validation-failed': [400, 'The request does not fit its schema'],
  'not-signed-in': [401, 'Sign in first'],
  'wrong-credentials': [401, 'E-mail or password is wrong'],
  'not-permitted': [403, 'Your role may not do this'],
  'not-found': [404, 'There is no such resource'],
  'method-not-allowed': [405, 'This method is not allowed here'],
  'already-exists': [409, 'This code is already taken; codes are never reused'],
  'transition-refused': [409, 'The state does not allow this'],
  'period-closed': [409, 'The posting period is closed'],
  'idempotency-mismatch': [409, 'This Idempotency-Key was used for another request'],
  'out-of-date': [412, 'The record was changed by someone else; read it again'],
  'payload-too-large': [413, 'The request body is too large'],
  'unsupported-media-type': [415, 'Send application/json'],
  refused: [422, 'The request is understood but refused'],
  'precondition-required': [428, 'Send If-Match with the ETag of the record you edit'],
  'too-many-requests': [429, 'Too many requests; wait and try again'],
  internal: [500, 'Something went wrong on our side; it has been logged'],
  'database-away': [503, 'The database is not reachable just now; try again'],
  'too-slow': [504, 'The answer took too long to find'],
} as const satisfies Record<string, readonly [number, string]>;

export type ProblemCode = keyof typeof PROBLEMS;

/** Thrown by any room to answer a caller; the API turns it into problem+json. Everything else is a 500. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(code: ProblemCode, detail: string, extra: Readonly<Record<string, unknown>> = {}) {
    super(detail);
    this.name = 'Problem';
    this.code = code;
    this.extra = extra;
  }

  get status(): number {
    return PROBLEMS[this.code][0];
  }

  get title(): string {
    return PROBLEMS[this.code][1];
  }
}
