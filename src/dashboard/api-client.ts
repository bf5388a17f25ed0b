// Typed access to /api/v1: signs requests, refreshes the session once when it ran out, and turns problem+json and
// network failures into one error type with a stable code.
import type { Tokens } from '../contracts/http/auth.ts';
import type { ProblemCode } from '../contracts/problems.ts';
import type { Session } from './state/session.ts';

export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;
export type ApiErrorCode = ProblemCode | 'unreachable';

export class ApiError extends Error {
  readonly code: ApiErrorCode;
  readonly status: number;

  constructor(code: ApiErrorCode, status: number, detail: string) {
    super(detail);
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
  }
}

interface RequestOptions {
  query?: Query;
  body?: unknown;
  /** Sent as it is, instead of `body`. */
  file?: Blob;
  signal?: AbortSignal;
  /** If-Match. */
  revision?: number;
  /** The same key on a retry makes the second request do nothing. */
  idempotencyKey?: string;
}
export interface ApiClient {
  get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T>;
  post<T>(path: string, body?: unknown, idempotencyKey?: string): Promise<T>;
  /** Changes what was read as `revision`; refused when somebody was quicker. */
  put<T>(path: string, body: unknown, idempotencyKey?: string): Promise<T>;
  patch<T>(path: string, body: unknown, revision: number, idempotencyKey?: string): Promise<T>;
  /** With a revision only what was read is deleted. */
  delete(path: string, revision?: number): Promise<void>;
  /** A file as it is sent. */
  file(path: string, query: Query): Promise<Blob>;
  /** Sends a file as it lies on the disk. */
  upload<T>(path: string, query: Query, file: Blob): Promise<T>;
  signIn(email: string, password: string): Promise<void>;
  signOut(): Promise<void>;
  /** True when the session lives on with new tokens. */
  refresh(): Promise<boolean>;
}

const BASE = '/api/v1';

export function createApiClient(session: Session, fetcher: typeof fetch): ApiClient {
  let refreshing: Promise<boolean> | null = null;

  const send = (method: string, path: string, options: RequestOptions): Promise<Response> =>
    fetcher(`${BASE}${path}${queryText(options.query)}`, {
      method,
      headers: headersOf(session.tokens.value, options),
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(options.file ? { body: options.file } : {}),
      ...(options.signal ? { signal: options.signal } : {}),
    });

  async function answer(method: string, path: string, options: RequestOptions): Promise<Response> {
    const used = session.tokens.value;
    let response = await reach(() => send(method, path, options));
    if (response.status === 401 && used !== null && (await refresh())) {
      response = await reach(() => send(method, path, options));
    }
    if (!response.ok) throw await errorOf(response);
    return response;
  }

  async function request<T>(method: string, path: string, options: RequestOptions): Promise<T> {
    const response = await answer(method, path, options);
    return (response.status === 204 ? undefined : await response.json()) as T;
  }

  function refresh(): Promise<boolean> {
    refreshing ??= renew(session, fetcher).finally(() => {
      refreshing = null;
    });
    return refreshing;
  }

  return {
    get: (path, query, signal) => request('GET', path, { ...(query ? { query } : {}), ...(signal ? { signal } : {}) }),
    post: (path, body, idempotencyKey) =>
      request('POST', path, { body: body ?? {}, ...(idempotencyKey ? { idempotencyKey } : {}) }),
    put: (path, body, idempotencyKey) => request('PUT', path, { body, ...(idempotencyKey ? { idempotencyKey } : {}) }),
    patch: (path, body, revision, idempotencyKey) =>
      request('PATCH', path, { body, revision, ...(idempotencyKey ? { idempotencyKey } : {}) }),
    delete: (path, revision) => request('DELETE', path, revision === undefined ? {} : { revision }),
    file: async (path, query) => (await answer('GET', path, { query })).blob(),
    upload: (path, query, file) => request('POST', path, { query, file }),
    async signIn(email, password) {
      session.signIn(await request<Tokens>('POST', '/auth/login', { body: { email, password } }));
    },
    async signOut() {
      const refreshToken = session.tokens.value?.refreshToken;
      // The person is out at once; that the server forgets the tokens as well must not hold them here.
      const farewell = send('POST', '/auth/logout', { body: { refreshToken } });
      session.signOut('asked');
      await farewell.catch(() => undefined);
    },
    refresh,
  };
}

async function renew(session: Session, fetcher: typeof fetch): Promise<boolean> {
  if (session.adoptStored()) return true;
  const refreshToken = session.tokens.value?.refreshToken;
  if (refreshToken === undefined) return false;
  const response = await reach(() =>
    fetcher(`${BASE}/auth/refresh`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ refreshToken }),
    }),
  );
  if (response.ok) {
    session.signIn((await response.json()) as Tokens);
    return true;
  }
  // Only a refusal ends the session; a server in trouble does not sign people out.
  if (response.status < 500) session.signOut('expired');
  return false;
}

function headersOf(tokens: Tokens | null, options: RequestOptions): Record<string, string> {
  return {
    accept: 'application/json',
    ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
    // Plain or packed: the server looks at the bytes.
    ...(options.file ? { 'content-type': 'application/octet-stream' } : {}),
    ...(tokens === null ? {} : { authorization: `Bearer ${tokens.accessToken}` }),
    ...(options.revision === undefined ? {} : { 'if-match': `"${options.revision}"` }),
    ...(options.idempotencyKey === undefined ? {} : { 'idempotency-key': options.idempotencyKey }),
  };
}

export function queryText(query: Query | undefined): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== null && value !== undefined) params.set(name, String(value));
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

async function reach(send: () => Promise<Response>): Promise<Response> {
  try {
    return await send();
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError('unreachable', 0, String(error));
  }
}

async function errorOf(response: Response): Promise<ApiError> {
  const problem = (await response.json().catch(() => null)) as { code?: ProblemCode; detail?: string } | null;
  return new ApiError(problem?.code ?? 'internal', response.status, problem?.detail ?? response.statusText);
}
