// What contracts earn and cost, and what they would have to be priced at.
import {
  ContractMargin,
  ContractMarginDetail,
  ContractPrices,
  MarginQuery,
  PricesQuery,
} from '../../contracts/http/contract-margins.ts';
import { PageOf } from '../../contracts/http/page.ts';
import { callerOf } from '../plugins/auth.ts';
import type { ContractMargins } from '../ports.ts';
import { CodeParams, type Routes } from './route-types.ts';

const tags = ['contracts'];
const config = { permission: 'costs:read' } as const;

export const contractMarginRoutes: Routes<{ contractMargins: ContractMargins }> = async (app, { contractMargins }) => {
  app.get(
    '/contracts/margins',
    {
      config,
      schema: {
        tags,
        summary: 'Contracts by margin to date, the worst first, with the margin to their end',
        querystring: MarginQuery,
        response: { 200: PageOf(ContractMargin) },
      },
    },
    async (request) => contractMargins.list(request.query, callerOf(request).scope),
  );

  app.get(
    '/contracts/:code/margin',
    {
      config,
      schema: {
        tags,
        summary: 'Margin of a contract by month, to date and to its end',
        params: CodeParams,
        response: { 200: ContractMarginDetail },
      },
    },
    async (request) => contractMargins.one(request.params.code, callerOf(request).scope),
  );

  app.get(
    '/contracts/:code/prices',
    {
      config,
      schema: {
        tags,
        summary: 'Break-even prices of the next twelve months for the same devices under every type of contract',
        params: CodeParams,
        querystring: PricesQuery,
        response: { 200: ContractPrices },
      },
    },
    async (request) => contractMargins.prices(request.params.code, request.query, callerOf(request).scope),
  );
};
