// The allocation engine's administration: pools, cycles and runs; rates and posting periods.
import { Type } from 'typebox';
import { AllocationCycle, AllocationRun, Pool, PostingPeriod, Rate } from '../../contracts/http/costs.ts';
import { PageOf, PageQuery } from '../../contracts/http/page.ts';
import { callerOf } from '../plugins/auth.ts';
import type { Allocation, Periods, Rates } from '../ports.ts';
import type { Routes } from './route-types.ts';

interface Ports {
  allocation: Allocation;
  rates: Rates;
  periods: Periods;
}

const PeriodParams = Type.Object({ period: Type.String({ pattern: '^[1-9]\\d{3}-(0[1-9]|1[0-2])$' }) });

const tags = ['allocation'];
/** Shared cost concerns everybody: nobody whose view is cut sees it whole. */
const read = { permission: 'costs:read', wholeScope: true } as const;
const write = { permission: 'costs:write', wholeScope: true } as const;

export const allocationRoutes: Routes<Ports> = async (app, { allocation, rates, periods }) => {
  app.get(
    '/allocation/pools',
    { config: read, schema: { tags, summary: 'Cost pools', response: { 200: PageOf(Pool) } } },
    async () => ({ items: await allocation.pools(), next: null }),
  );

  app.post(
    '/allocation/pools',
    { config: write, schema: { tags, summary: 'Create a cost pool', body: Pool, response: { 201: Pool } } },
    async (request, reply) => {
      const pool = await allocation.createPool(request.body);
      return reply.code(201).header('location', `${app.prefix}/allocation/pools`).send(pool);
    },
  );

  app.get(
    '/allocation/cycles',
    { config: read, schema: { tags, summary: 'Cycle versions', response: { 200: PageOf(AllocationCycle) } } },
    async () => ({ items: await allocation.cycles(), next: null }),
  );

  app.post(
    '/allocation/cycles',
    {
      config: write,
      schema: { tags, summary: 'Add a cycle version', body: AllocationCycle, response: { 201: AllocationCycle } },
    },
    async (request, reply) => {
      const cycle = await allocation.createCycle(request.body);
      return reply.code(201).header('location', `${app.prefix}/allocation/cycles`).send(cycle);
    },
  );

  app.get(
    '/allocation/runs',
    {
      config: read,
      schema: { tags, summary: 'Runs, newest first', querystring: PageQuery, response: { 200: PageOf(AllocationRun) } },
    },
    async (request) => allocation.runs(request.query),
  );

  app.get(
    '/rates',
    { config: read, schema: { tags, summary: 'Labour and travel rates', response: { 200: PageOf(Rate) } } },
    async () => ({ items: await rates.list(), next: null }),
  );

  app.post(
    '/rates',
    { config: write, schema: { tags, summary: 'Add a rate from a date on', body: Rate, response: { 201: Rate } } },
    async (request, reply) => {
      const rate = await rates.create(request.body);
      return reply.code(201).header('location', `${app.prefix}/rates`).send(rate);
    },
  );

  app.get(
    '/periods',
    { config: read, schema: { tags, summary: 'Posting periods', response: { 200: PageOf(PostingPeriod) } } },
    async () => ({ items: await periods.list(), next: null }),
  );

  app.post(
    '/periods/:period/close',
    {
      config: write,
      schema: {
        tags,
        summary: 'Close a posting period; what comes late posts to the next one',
        params: PeriodParams,
        response: { 200: PostingPeriod },
      },
    },
    async (request) => periods.close(request.params.period, callerOf(request).email),
  );
};
