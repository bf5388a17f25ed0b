// Probes at the root for whoever runs the service: alive, ready, and Prometheus figures.
import type { Registry } from 'prom-client';
import { Type } from 'typebox';
import type { SystemReads } from '../ports.ts';
import type { Routes } from './route-types.ts';

const Probe = Type.Object({ status: Type.String(), attention: Type.Optional(Type.Array(Type.String())) });
const tags = ['probes'];
const config = { permission: 'public' } as const;

export const probeRoutes: Routes<{ system: SystemReads; metrics: Registry }> = async (app, { system, metrics }) => {
  app.get(
    '/healthz',
    { config, schema: { tags, summary: 'The process is alive', response: { 200: Probe } } },
    async () => ({ status: 'alive' }),
  );

  app.get('/readyz', { config, schema: { tags, summary: 'It can serve', response: { 200: Probe } } }, async () => {
    const attention = [...(await system.attention())];
    return { status: 'ready', ...(attention.length === 0 ? {} : { attention }) };
  });

  app.get(
    '/metrics',
    {
      config,
      schema: {
        tags,
        summary: 'Prometheus metrics',
        response: {
          200: { description: 'Text exposition format', content: { 'text/plain': { schema: Type.String() } } },
        },
      },
    },
    async (_request, reply) => {
      const text = await metrics.metrics();
      return reply.type(metrics.contentType).send(text);
    },
  );
};
