// Components that devices say were replaced without a job: which wait for somebody, and what somebody says of one.
import { ComponentSwap, ComponentSwapQuery, SwapVerdict } from '../../contracts/http/component-swaps.ts';
import { PageOf } from '../../contracts/http/page.ts';
import { callerOf } from '../plugins/auth.ts';
import type { ComponentSwaps } from '../ports.ts';
import { IdParams, type Routes } from './route-types.ts';

const tags = ['data quality'];

export const componentSwapRoutes: Routes<{ componentSwaps: ComponentSwaps }> = async (app, { componentSwaps }) => {
  app.get(
    '/quality/component-swaps',
    {
      config: { permission: 'telemetry:read' },
      schema: {
        tags,
        summary: 'Components told to be others without a work order, newest first',
        querystring: ComponentSwapQuery,
        response: { 200: PageOf(ComponentSwap) },
      },
    },
    async (request) => componentSwaps.list(request.query, callerOf(request).scope),
  );

  app.post(
    '/quality/component-swaps/:id/decide',
    {
      config: { permission: 'alerts:write' },
      schema: {
        tags,
        summary: 'Confirm the replacement, or dispute it: then what was learned before counts again',
        params: IdParams,
        body: SwapVerdict,
        response: { 200: ComponentSwap },
      },
    },
    async (request) => {
      const { email: actor, scope } = callerOf(request);
      return componentSwaps.decide(request.params.id, { ...request.body, actor }, scope);
    },
  );
};
