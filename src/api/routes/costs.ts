// Costs: facts, pivots, comparison of periods, preventive against reactive, and shared cost posted by hand.
import { Type } from 'typebox';
import { CostFact, FactQuery, NewPoolPosting, Summary, SummaryQuery } from '../../contracts/http/costs.ts';
import { Comparison, ComparisonQuery } from '../../contracts/http/cost-comparison.ts';
import { MaintenanceValue, ValueQuery } from '../../contracts/http/maintenance-value.ts';
import { PageOf } from '../../contracts/http/page.ts';
import { WORDS_PATTERN } from '../../contracts/text.ts';
import { callerOf } from '../plugins/auth.ts';
import { IDEMPOTENCY_HEADER } from '../plugins/idempotency.ts';
import type { CostCommands, CostReads } from '../ports.ts';
import { found, IdParams, type Routes } from './route-types.ts';

const Reversal = Type.Object({ note: Type.String({ pattern: WORDS_PATTERN, maxLength: 500 }) });

const tags = ['costs'];

export const costRoutes: Routes<{ costs: CostReads; costCommands: CostCommands }> = async (app, ports) => {
  const { costs, costCommands } = ports;

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

  app.post(
    '/costs/facts',
    {
      config: { permission: 'costs:write', wholeScope: true },
      schema: {
        tags,
        summary: 'Post a shared cost into a pool',
        body: NewPoolPosting,
        response: { 201: CostFact },
      },
    },
    async (request, reply) => {
      const { userId, email } = callerOf(request);
      const key = request.headers[IDEMPOTENCY_HEADER] ?? request.id;
      const fact = await costCommands.postShared(request.body, email, `user:${userId}:${String(key)}`);
      return reply.code(201).header('location', `${app.prefix}/costs/facts/${fact.id}`).send(fact);
    },
  );

  app.post(
    '/costs/facts/:id/reverse',
    {
      config: { permission: 'costs:write', wholeScope: true },
      schema: {
        tags,
        summary: 'Take a fact back by a reversing one',
        params: IdParams,
        body: Reversal,
        response: { 201: CostFact },
      },
    },
    async (request, reply) => {
      const fact = await costCommands.reverse(request.params.id, request.body.note, callerOf(request).email);
      return reply.code(201).header('location', `${app.prefix}/costs/facts/${fact.id}`).send(fact);
    },
  );
};
