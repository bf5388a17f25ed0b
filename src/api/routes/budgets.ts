// Budgets and the forecast of cost they are held against.
import { Type } from 'typebox';
import {
  Budget,
  BudgetConsumption,
  BudgetDetail,
  BudgetImport,
  BudgetTable,
  ConsumptionQuery,
  NewBudget,
} from '../../contracts/http/budgets.ts';
import { Forecast, ForecastQuery } from '../../contracts/http/forecast.ts';
import { Nullable, PageOf } from '../../contracts/http/page.ts';
import { Code } from '../../contracts/product.ts';
import { callerOf } from '../plugins/auth.ts';
import type { Budgets, CostForecasts } from '../ports.ts';
import type { Routes } from './route-types.ts';

const VersionParams = Type.Object({ code: Code, version: Type.Integer({ minimum: 1, maximum: 1_000_000 }) });
const Note = Type.Object({ note: Type.Optional(Nullable(Type.String({ maxLength: 500 }))) });

const tags = ['costs'];
const read = { permission: 'costs:read' } as const;
/** A budget concerns everybody: nobody whose view is cut sees or writes it whole. */
const readWhole = { permission: 'costs:read', wholeScope: true } as const;
const write = { permission: 'costs:write', wholeScope: true } as const;
const approve = { permission: 'costs:approve', wholeScope: true } as const;

export const budgetRoutes: Routes<{ budgets: Budgets; forecasts: CostForecasts }> = async (
  app,
  { budgets, forecasts },
) => {
  app.get(
    '/costs/forecast',
    {
      config: read,
      schema: {
        tags,
        summary:
          'What cost will be, by month with 80 % intervals; each group by the model that did best along its own months',
        querystring: ForecastQuery,
        response: { 200: Forecast },
      },
    },
    async (request) => forecasts.forecast(request.query, callerOf(request).scope),
  );

  app.get(
    '/budgets',
    {
      config: readWhole,
      schema: { tags, summary: 'Budget versions, newest first', response: { 200: PageOf(Budget) } },
    },
    async () => ({ items: await budgets.list(), next: null }),
  );

  app.get(
    '/budgets/consumption',
    {
      config: read,
      schema: {
        tags,
        summary: 'How far each line of the budget in force is used up, where it will end, and when it will be passed',
        querystring: ConsumptionQuery,
        response: { 200: BudgetConsumption },
      },
    },
    async (request) => budgets.consumption(request.query, callerOf(request).scope),
  );

  app.get(
    '/budgets/:code/versions/:version',
    {
      config: readWhole,
      schema: { tags, summary: 'One version, line by line', params: VersionParams, response: { 200: BudgetDetail } },
    },
    async (request) => budgets.one(request.params.code, request.params.version),
  );

  app.post(
    '/budgets',
    {
      config: write,
      schema: {
        tags,
        summary: 'Write the next version of a budget; it counts once a second person has put it in force',
        body: NewBudget,
        response: { 201: Budget },
      },
    },
    async (request, reply) => {
      const budget = await budgets.create(request.body, callerOf(request).email);
      const location = `${app.prefix}/budgets/${budget.code}/versions/${budget.version}`;
      return reply.code(201).header('location', location).send(budget);
    },
  );

  app.post(
    '/budgets/import',
    {
      config: write,
      schema: {
        tags,
        summary: 'Write a version from a pasted table; rows that are refused are named, and then nothing is written',
        body: BudgetTable,
        response: { 200: BudgetImport },
      },
    },
    async (request) => budgets.importTable(request.body, callerOf(request).email),
  );

  app.post(
    '/budgets/:code/versions/:version/activate',
    {
      config: approve,
      preValidation: async (request) => {
        request.body ??= {};
      },
      schema: {
        tags,
        summary: 'Put a version in force; not by its author',
        params: VersionParams,
        body: Note,
        response: { 200: Budget },
      },
    },
    async (request) => budgets.activate(request.params, callerOf(request).email, request.body.note ?? null),
  );
};
