// Answers requests that match no route: 405 with the methods that are allowed where the path exists, the dashboard's
// page where a browser asks for one of its views, else 404.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../../contracts/problems.ts';
import { sendProblem } from './problems.ts';

interface Known {
  segments: readonly string[];
  methods: Set<string>;
}

/** Must be called before the routes are added; `page`: file of the dashboard for its views, when it is served. */
export function useUnknownRoutes(app: FastifyInstance, page: string | null): void {
  const known = new Map<string, Known>();
  app.addHook('onRoute', ({ url, method }) => {
    const entry = known.get(url) ?? { segments: url.split('/'), methods: new Set<string>() };
    for (const one of [method].flat()) entry.methods.add(one);
    known.set(url, entry);
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '/';
    const allowed = allowedMethods(known.values(), path);
    // A path that fits and yet was not routed holds a code longer than any: it is not there.
    if (allowed.length > 0 && !allowed.includes(request.method)) {
      reply.header('allow', allowed.join(', '));
      return sendProblem(
        request,
        reply,
        new Problem('method-not-allowed', `${request.method} is not allowed here; ${allowed.join(', ')} is`),
      );
    }
    if (page !== null && asksForPage(request, path)) return reply.header('cache-control', 'no-cache').sendFile(page);
    return sendProblem(
      request,
      reply,
      new Problem('not-found', `There is nothing at ${path}; see /docs for what there is`),
    );
  });
}

function allowedMethods(known: Iterable<Known>, path: string): string[] {
  const segments = path.split('/');
  const methods = new Set<string>();
  for (const route of known) {
    if (matches(route.segments, segments)) for (const method of route.methods) methods.add(method);
  }
  return [...methods].sort();
}

/** Files are served by a wildcard, which says nothing about which of them exist. */
const matches = (pattern: readonly string[], path: readonly string[]): boolean =>
  pattern.length === path.length &&
  pattern.every((part, index) => part !== '*' && (part.startsWith(':') ? path[index] !== '' : part === path[index]));

const asksForPage = (request: FastifyRequest, path: string): boolean =>
  (request.method === 'GET' || request.method === 'HEAD') &&
  !/^\/(api|docs|socket\.io|assets)(\/|$)/.test(path) &&
  (request.headers.accept ?? '').includes('text/html');
