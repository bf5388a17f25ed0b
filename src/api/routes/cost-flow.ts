// The picture of where shared cost goes.
import { CostFlow, FlowQuery } from '../../contracts/http/cost-flow.ts';
import type { CostReads } from '../ports.ts';
import type { Routes } from './route-types.ts';

export const costFlowRoutes: Routes<{ costs: CostReads }> = async (app, { costs }) => {
  app.get(
    '/costs/flow',
    {
      config: { permission: 'costs:read', wholeScope: true },
      schema: {
        tags: ['costs'],
        summary: 'Shared cost from elements through pools to who carries it',
        querystring: FlowQuery,
        response: { 200: CostFlow },
      },
    },
    async (request) => costs.flow(request.query),
  );
};
