// How the instance is doing, and the API's own description.
import { Type } from 'typebox';
import { System } from '../../contracts/http/system.ts';
import { Choice } from '../../contracts/http/page.ts';
import { Problem } from '../../contracts/problems.ts';
import { Code } from '../../contracts/product.ts';
import type { SystemReads } from '../ports.ts';
import { found, type Routes } from './route-types.ts';

export const systemRoutes: Routes<{ system: SystemReads; version: string }> = async (app, { system, version }) => {
  app.get(
    '/system',
    {
      config: { permission: 'system:read' },
      schema: {
        tags: ['system'],
        summary: 'Database edition and promise, maintenance jobs, consumers and their lag',
        response: { 200: System },
      },
    },
    async () => ({ version, ...(await system.state()) }),
  );

  app.post(
    '/system/maintenance/:job/run',
    {
      config: { permission: 'system:write', wholeScope: true },
      schema: {
        tags: ['system'],
        summary: 'Run a maintenance job now; its outcome is in GET /system',
        params: Type.Object({ job: Code }),
        response: { 202: Type.Object({ job: Code, state: Choice(['started']) }) },
      },
    },
    async (request, reply) => {
      const { job } = request.params;
      const state = found(await system.runMaintenance(job), `maintenance job ${job}`);
      if (state === 'running-elsewhere') {
        throw new Problem('transition-refused', `The job ${job} runs already; look at GET /system for its outcome`);
      }
      return reply.code(202).send({ job, state });
    },
  );

  app.get(
    '/openapi.json',
    {
      config: { permission: 'public' },
      schema: { tags: ['system'], summary: 'This document', response: { 200: Type.Unknown() } },
    },
    async () => app.swagger(),
  );
};
