// Costs: facts, pivots, comparison of periods, preventive against reactive.
import { CostFact, FactQuery, Summary, SummaryQuery } from '../../contracts/http/costs.ts';
import { Comparison, ComparisonQuery } from '../../contracts/http/cost-comparison.ts';
import { MaintenanceValue, ValueQuery } from '../../contracts/http/maintenance-value.ts';
import { PageOf } from '../../contracts/http/page.ts';
import { callerOf } from '../plugins/auth.ts';
import type { CostReads } from '../ports.ts';
import { found, IdParams, type Routes } from './route-types.ts';

const tags = ['costs'];

export const costRoutes: Routes<{ costs: CostReads }> = async (app, { costs }) => {
  app.get(
    '/costs/facts',
    {
      config: { permission: 'costs:read' },
      schema: { tags, summary: 'Cost facts', querystring: FactQuery, response: { 200: PageOf(CostFact) } },
    },
    async (request) => costs.facts(request.query, callerOf(request).scope),
  );

  app.get(
    '/costs/facts/:id',
    {
      config: { permission: 'costs:read' },
      schema: { tags, summary: 'One cost fact', params: IdParams, response: { 200: CostFact } },
    },
    async (request) => {
      const { id } = request.params;
      return found(await costs.fact(id, callerOf(request).scope), `cost fact ${id}`);
    },
  );

  app.get(
    '/costs/summary',
    {
      config: { permission: 'costs:read' },
      schema: {
        tags,
        summary: 'Direct and allocated cost over any dimensions',
        querystring: SummaryQuery,
        response: { 200: Summary },
      },
    },
    async (request) => costs.summary(request.query, callerOf(request).scope),
  );

  app.get(
    '/costs/compare',
    {
      config: { permission: 'costs:read' },
      schema: {
        tags,
        summary:
          'The same pivot twice: `against` (before) and `period` (after), or two filters; with `volume`, the difference in volume, mix and rate',
        querystring: ComparisonQuery,
        response: { 200: Comparison },
      },
    },
    async (request) => costs.compare(request.query, callerOf(request).scope),
  );

  app.get(
    '/maintenance/value',
    {
      config: { permission: 'costs:read' },
      schema: {
        tags,
        summary: 'Preventive against reactive by month and any dimension, and what prevention avoided',
        querystring: ValueQuery,
        response: { 200: MaintenanceValue },
      },
    },
    async (request) => costs.maintenanceValue(request.query, callerOf(request).scope),
  );
};
