// One histogram and one log line a request: by route pattern, never by URL, so that neither holds anything personal.
import type { FastifyInstance } from 'fastify';
import { Histogram, type Registry } from 'prom-client';

export function useRequestMetrics(app: FastifyInstance, registry: Registry): void {
  const seconds = new Histogram({
    name: 'stethos_http_request_seconds',
    help: 'Time from request to answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    seconds.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
    const durationMs = Math.round(reply.elapsedTime * 10) / 10;
    const fields = { requestId: request.id, method: request.method, route, status: reply.statusCode, durationMs };
    request.log.debug(fields, 'request answered');
  });
}
