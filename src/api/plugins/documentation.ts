// The OpenAPI document and its human page. What every route of a kind has in common (closed bodies, the problems it may
// answer with, the token it needs) is added here, so that no route can forget it.
import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance, FastifySchema, RouteOptions } from 'fastify';
import { PROBLEMS } from '../../contracts/problems.ts';
import { closed } from '../validation.ts';
import { IDEMPOTENCY_HEADER } from './idempotency.ts';

export const DOCS_PATH = '/docs';

const PROBLEM_SCHEMA = {
  $id: 'Problem',
  type: 'object',
  description: 'RFC 9457 problem details; decide by `code`, show `detail`',
  required: ['type', 'title', 'status', 'detail', 'code', 'instance', 'requestId'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { enum: Object.keys(PROBLEMS) },
    instance: { type: 'string' },
    requestId: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: { in: { type: 'string' }, path: { type: 'string' }, message: { type: 'string' } },
      },
    },
  },
};

export interface DocumentationOptions {
  version: string;
}

export async function useDocumentation(app: FastifyInstance, { version }: DocumentationOptions): Promise<void> {
  app.addSchema(PROBLEM_SCHEMA);
  app.addHook('onRoute', complete);
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Stethos',
        version,
        description:
          'Devices, health, alerts, work orders and what after-sales service costs. Times are ISO 8601 UTC, money is ' +
          '`{amount, currency}` with the amount as text, lists page by cursor (`next` of one page is `cursor` of the next).',
      },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    },
    refResolver: {
      buildLocalReference: ({ $id }, _base, _fragment, index) => (typeof $id === 'string' ? $id : `schema-${index}`),
    },
  });
  await app.register(fastifySwaggerUi, {
    routePrefix: DOCS_PATH,
    // The page brings its own scripts; it sets inline styles and draws its icons from data URLs.
    staticCSP:
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'",
  });
}

function complete(route: RouteOptions): void {
  if (route.url.startsWith(DOCS_PATH)) {
    route.config = { ...route.config, permission: 'public' };
    return;
  }
  const schema = route.schema;
  if (!schema || schema.hide) return;
  if (schema.body) schema.body = closed(schema.body);
  if (schema.querystring) schema.querystring = closed(schema.querystring);
  const isPublic = route.config?.permission === 'public';
  const header = headerOf(route);
  if (header)
    schema.headers = { type: 'object', properties: { [header[0]]: { type: 'string', description: header[1] } } };
  schema.security = isPublic ? [] : [{ bearer: [] }];
  schema.response = { ...problemAnswers(route, schema), ...(schema.response as object | undefined) };
}

/** The header a kind of request works with. */
function headerOf({ method, config }: RouteOptions): readonly [string, string] | null {
  const methods = [method].flat();
  if (methods.includes('PATCH')) return ['if-match', 'Required: the ETag of the record as you read it, or *'];
  if (!methods.includes('POST') || config?.permission === 'public' || config?.idempotent === false) return null;
  return [IDEMPOTENCY_HEADER, 'The same request sent again under the same key is answered, not done again'];
}

function problemAnswers(route: RouteOptions, schema: FastifySchema): Record<number, unknown> {
  const statuses = new Set([500, 503]);
  const methods = [route.method].flat();
  if (schema.body || schema.querystring || schema.params) statuses.add(400);
  if (route.config?.permission !== 'public' || schema.tags?.includes('auth')) statuses.add(401);
  if (takesPermission(route)) statuses.add(403);
  if (schema.params) statuses.add(404);
  if (schema.body) for (const status of [413, 415]) statuses.add(status);
  if (methods.includes('POST') && !schema.tags?.includes('auth')) for (const status of [409, 422]) statuses.add(status);
  if (methods.includes('PATCH')) for (const status of [409, 412, 422, 428]) statuses.add(status);
  if (route.config?.rateLimit) statuses.add(429);
  return Object.fromEntries([...statuses].map((status) => [status, problemAnswer(status)]));
}

const takesPermission = ({ config }: RouteOptions): boolean =>
  config?.permission !== 'public' && config?.permission !== 'signed-in';

function problemAnswer(status: number): object {
  const entries = Object.entries(PROBLEMS).filter(([, [of]]) => of === status);
  return {
    description: entries.map(([code, [, title]]) => `\`${code}\`: ${title}`).join('. '),
    content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } },
  };
}
