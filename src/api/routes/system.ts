// How the instance is doing, and the API's own description.
import { Type } from 'typebox';
import { System } from '../../contracts/http/system.ts';
import type { SystemReads } from '../ports.ts';
import type { Routes } from './route-types.ts';

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

  app.get(
    '/openapi.json',
    {
      config: { permission: 'public' },
      schema: { tags: ['system'], summary: 'This document', response: { 200: Type.Unknown() } },
    },
    async () => app.swagger(),
  );
};
