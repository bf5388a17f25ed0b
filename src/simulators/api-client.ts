// A small client of the HTTP API, as any integration would write one: signs in, renews its token, reads problems.
import type { Tokens } from '../contracts/http/auth.ts';
import type { Page } from '../contracts/http/page.ts';

/** The API refused a request; `code` is the problem's stable code. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
  }
}

export interface ApiClient {
  /** Paths start behind `/api/v1`. */
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
  patch<T>(path: string, body: unknown): Promise<T>;
  delete(path: string): Promise<void>;
  /** The same instance as somebody else: what one person proposes another approves. */
  as(email: string, password: string): Promise<ApiClient>;
  /** Every item of a paged list. */
  all<T>(path: string): Promise<T[]>;
}

async function answerOf<T>(method: string, path: string, response: Response): Promise<T> {
  const text = await response.text();
  if (response.ok) return (text === '' ? undefined : JSON.parse(text)) as T;
  const problem = parseProblem(text);
  const detail = problem.detail ?? text.slice(0, 200);
  throw new ApiError(response.status, problem.code ?? 'unknown', `${method} ${path}: ${response.status} ${detail}`);
}

function parseProblem(text: string): { code?: string; detail?: string } {
  try {
    return JSON.parse(text) as { code?: string; detail?: string };
  } catch {
    return {};
  }
}

/** Signs in at `baseUrl` (for example `http://127.0.0.1:3000`); throws ApiError when refused. */
export async function signIn(baseUrl: string, email: string, password: string): Promise<ApiClient> {
  const root = `${baseUrl.replace(/\/$/, '')}/api/v1`;
  let accessToken = await login();

  async function login(): Promise<string> {
    const response = await fetch(`${root}/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password }),
    });
    return (await answerOf<Tokens>('POST', '/auth/login', response)).accessToken;
  }

  async function send(method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(`${root}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${accessToken}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        // A simulator edits what it has just read; nobody else edits it meanwhile.
        ...(method === 'PATCH' ? { 'if-match': '*' } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  async function request<T>(method: string, path: string, body?: unknown): Promise<T> {
    let response = await send(method, path, body);
    if (response.status === 401) {
      accessToken = await login();
      response = await send(method, path, body);
    }
    return answerOf<T>(method, path, response);
  }

  return {
    get: (path) => request('GET', path),
    post: (path, body = {}) => request('POST', path, body),
    patch: (path, body) => request('PATCH', path, body),
    delete: (path) => request('DELETE', path),
    as: (otherEmail, otherPassword) => signIn(baseUrl, otherEmail, otherPassword),
    async all<T>(path: string) {
      const items: T[] = [];
      const join = path.includes('?') ? '&' : '?';
      let cursor: string | null = null;
      do {
        const at: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
        const page: Page<T> = await request('GET', `${path}${join}limit=500${at}`);
        items.push(...page.items);
        cursor = page.next;
      } while (cursor !== null);
      return items;
    },
  };
}
