// From an amount down to what it is made of.
import { mayDo } from '../../contracts/access.ts';
import { Explained, ExplainQuery } from '../../contracts/http/cost-explain.ts';
import { callerOf } from '../plugins/auth.ts';
import type { CostReads } from '../ports.ts';
import type { Routes } from './route-types.ts';

export const costExplainRoutes: Routes<{ costs: CostReads }> = async (app, { costs }) => {
  app.get(
    '/costs/explain',
    {
      config: { permission: 'costs:read' },
      schema: {
        tags: ['costs'],
        summary: 'What an amount is made of, level by level down to the readings behind a fact',
        querystring: ExplainQuery,
        response: { 200: Explained },
      },
    },
    async (request) => {
      const { scope, role } = callerOf(request);
      const may = {
        jobs: mayDo(role, 'work-orders:read'),
        alerts: mayDo(role, 'alerts:read'),
        telemetry: mayDo(role, 'telemetry:read'),
      };
      return costs.explain(request.query, { scope, may });
    },
  );
};
