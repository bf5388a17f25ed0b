// Tells apart what can go wrong with a statement: the connection (try again later), the data (this row will never
// fit), or anything else (a mistake of ours). Callers decide by these, never by a message.

/** SQLSTATEs outside class 08 that mean the server ended or refused the session. */
const CONNECTION_STATES = new Set(['57P01', '57P02', '57P03', '57P05', '53300', '25P03']);

const SYSTEM_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
]);

/** `pg` reports these without a code. */
const CONNECTION_MESSAGES =
  /^(connection terminated|client has encountered a connection error|timeout exceeded when trying to connect)/i;

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The SQLSTATE of an error the database answered with, else undefined. */
export function sqlStateOf(error: unknown): string | undefined {
  const code = codeOf(error);
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code) && !SYSTEM_CODES.has(code) ? code : undefined;
}

/** The database is away or went away: the statement may have been done or not; an idempotent one may be repeated. */
export function isConnectionError(error: unknown): boolean {
  const code = codeOf(error);
  if (code === undefined) return error instanceof Error && CONNECTION_MESSAGES.test(error.message);
  return SYSTEM_CODES.has(code) || CONNECTION_STATES.has(code) || /^08...$/.test(code);
}

/** The values themselves are refused (SQLSTATE classes 22, 23 and 54): repeating the statement cannot help. */
export function isDataError(error: unknown): boolean {
  return /^(22|23|54)/.test(sqlStateOf(error) ?? '');
}

/** The data's or our own mistake, not the database's state: trying the same again cannot help. */
export const isAtFault = (error: unknown): boolean =>
  isDataError(error) || (sqlStateOf(error) === undefined && !isConnectionError(error));
