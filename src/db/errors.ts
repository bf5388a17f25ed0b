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
  /^(connection terminated|client has encountered a connection error|timeout exceeded when trying to connect|query read timeout)/i;

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

const QUERY_CANCELED = '57014';

/** The statement took longer than it may: it was ended by the database, or the database did not answer at all. */
export function isTimeout(error: unknown): boolean {
  if (sqlStateOf(error) === QUERY_CANCELED) return true;
  return error instanceof Error && /^query read timeout/i.test(error.message);
}

/**
 * Nothing the database is in, like a full disk or a lock, but no clear fault of the data either: an internal error, an
 * exception of a trigger, a feature that is missing. It may pass; when it does not, it is taken for the data's.
 */
export function isUnclear(error: unknown): boolean {
  return /^(XX000|0A|21|38|39|P0|HV)/.test(sqlStateOf(error) ?? '');
}
