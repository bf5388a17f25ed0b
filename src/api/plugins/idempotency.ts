// Idempotency-Key: a POST that is sent twice under one key is done once and answered twice. Keys are the caller's own;
// the same key with another request is refused. Answers that hold a secret are never kept (`idempotent: false`).
import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../../contracts/problems.ts';
import type { Idempotency } from '../ports.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * false: the answer is not kept, the key is ignored. 'by-room': the room knows what it did under the key, so that a request
     * cut off in the middle may be sent again.
     */
    idempotent?: false | 'by-room';
  }
  interface FastifyRequest {
    /** The key this request is the first to use; its answer is to be kept. */
    idempotencyKey: string | null;
  }
}

interface Kept {
  location: string | null;
  answer: unknown;
}

export const IDEMPOTENCY_HEADER = 'idempotency-key';

export function useIdempotency(app: FastifyInstance, idempotency: Idempotency): void {
  app.decorateRequest('idempotencyKey', null);
  app.addHook('preHandler', async (request, reply) => {
    const key = keyOf(request);
    if (key === null || !request.principal || request.routeOptions.config.idempotent === 'by-room') return undefined;
    const begun = await idempotency.begin(request.principal.userId, key, hashOf(request));
    if (begun === 'new') {
      request.idempotencyKey = key;
      return undefined;
    }
    const { location, answer } = begun.body as Kept;
    if (location !== null) reply.header('location', location);
    return reply.code(begun.status).header('idempotency-replayed', 'true').send(answer);
  });
  app.addHook('preSerialization', async (request, reply, payload) => {
    const location = reply.getHeader('location');
    const kept = { location: typeof location === 'string' ? location : null, answer: payload };
    await keep(request, reply.statusCode, kept, idempotency).catch((error: unknown) => {
      // What was asked for is done (or refused): the caller is told so, even though a repeat may not be recognised.
      request.log.warn({ err: error }, 'the answer to an idempotent request could not be kept');
    });
    return payload;
  });
}

function keyOf(request: FastifyRequest): string | null {
  const { permission, idempotent } = request.routeOptions.config;
  const key = request.headers[IDEMPOTENCY_HEADER];
  if (key === undefined || request.method !== 'POST' || permission === 'public' || idempotent === false) return null;
  if (typeof key === 'string' && /^[\x21-\x7e]{1,200}$/.test(key)) return key;
  throw new Problem('validation-failed', 'Idempotency-Key must be 1 to 200 visible ASCII characters');
}

const hashOf = (request: FastifyRequest): Buffer =>
  createHash('sha256')
    .update(JSON.stringify([request.method, request.url, request.body ?? null]))
    .digest();

/**
 * Keeps the answer of what was done; frees the key of what was refused, for nothing happened. After a failure of ours
 * the key stays taken without an answer: whether it took effect is not known, so it is not done again unasked.
 */
async function keep(request: FastifyRequest, status: number, body: Kept, idempotency: Idempotency): Promise<void> {
  const key = request.idempotencyKey;
  if (key === null || !request.principal) return;
  request.idempotencyKey = null;
  if (status < 400) await idempotency.finish(request.principal.userId, key, status, body);
  else if (status < 500) await idempotency.abandon(request.principal.userId, key);
}
