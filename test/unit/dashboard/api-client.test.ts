// The API client against a real server: refreshing once, telling refusals from failures, keeping people signed in.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { Tokens } from '../../../src/contracts/http/auth.ts';
import { ApiError, createApiClient } from '../../../src/dashboard/api-client.ts';
import { createSession, type Session } from '../../../src/dashboard/state/session.ts';

type Answer = (request: IncomingMessage) => { status: number; body: unknown };
let server: Server | undefined;
afterEach(() => server?.close());

const tokensOf = (number: number): Tokens => ({
  accessToken: `access-${number}`,
  refreshToken: `refresh-${number}`,
  expiresInS: 900,
  user: { id: 1, email: 'a@b.c', name: 'A', role: 'manager', regions: null, customers: null, engineer: null },
});

function memoryStorage(): Storage {
  const held = new Map<string, string>();
  return {
    getItem: (key: string) => held.get(key) ?? null,
    setItem: (key: string, value: string) => void held.set(key, value),
    removeItem: (key: string) => void held.delete(key),
  } as Storage;
}

async function startWith(answers: Record<string, Answer>): Promise<{ session: Session; fetcher: typeof fetch }> {
  const running = createServer((request: IncomingMessage, response: ServerResponse) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const { status, body } = answers[path]?.(request) ?? { status: 404, body: { code: 'not-found', detail: path } };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  server = running;
  await new Promise<void>((resolve) => running.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(running.address() as AddressInfo).port}`;
  const session = createSession(memoryStorage());
  session.signIn(tokensOf(1));
  return { session, fetcher: (path, init) => fetch(new URL(path as string, origin), init) };
}

const onlyWith =
  (token: string, body: unknown): Answer =>
  (request) =>
    request.headers.authorization === `Bearer ${token}`
      ? { status: 200, body }
      : { status: 401, body: { code: 'not-signed-in', detail: '' } };

describe('the API client', () => {
  test('refreshes once for many refused requests and repeats each', async () => {
    let refreshes = 0;
    const { session, fetcher } = await startWith({
      '/api/v1/devices': onlyWith('access-2', { items: [] }),
      '/api/v1/auth/refresh': () => {
        refreshes += 1;
        return { status: 200, body: tokensOf(2) };
      },
    });
    const api = createApiClient(session, fetcher);
    await Promise.all([api.get('/devices'), api.get('/devices'), api.get('/devices')]);
    expect(refreshes).toBe(1);
    expect(session.tokens.value?.accessToken).toBe('access-2');
  });

  test('a refused refresh signs out; a server in trouble does not', async () => {
    let status = 503;
    const { session, fetcher } = await startWith({
      '/api/v1/devices': onlyWith('never', {}),
      '/api/v1/auth/refresh': () => ({ status, body: { code: 'database-away', detail: '' } }),
    });
    const api = createApiClient(session, fetcher);
    await expect(api.get('/devices')).rejects.toMatchObject({ status: 401 });
    expect(session.person.value).not.toBeNull();
    status = 401;
    await expect(api.get('/devices')).rejects.toMatchObject({ status: 401 });
    expect(session.person.value).toBeNull();
    expect(session.hasExpired.value).toBe(true);
  });

  test('a problem keeps its code and what to do; an unreachable server is told apart', async () => {
    const { session, fetcher } = await startWith({
      '/api/v1/x': () => ({ status: 409, body: { code: 'transition-refused', detail: 'Allowed: approved' } }),
    });
    const api = createApiClient(session, fetcher);
    await expect(api.post('/x', {})).rejects.toEqual(new ApiError('transition-refused', 409, 'Allowed: approved'));
    const away = createApiClient(session, () => Promise.reject(new TypeError('fetch failed')));
    await expect(away.get('/x')).rejects.toMatchObject({ code: 'unreachable' });
    expect(session.person.value).not.toBeNull();
  });

  test('sends the idempotency key and leaves out empty filters', async () => {
    const seen: (string | undefined)[] = [];
    const { session, fetcher } = await startWith({
      '/api/v1/x': (request) => {
        seen.push(request.url, request.headers['idempotency-key'] as string | undefined);
        return { status: 200, body: {} };
      },
    });
    const api = createApiClient(session, fetcher);
    await api.get('/x', { filter: null, open: false, period: '2026-01' });
    await api.post('/x', {}, 'key-1');
    expect(seen).toEqual(['/api/v1/x?open=false&period=2026-01', undefined, '/api/v1/x', 'key-1']);
  });
});
