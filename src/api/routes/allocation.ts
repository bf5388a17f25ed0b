// The allocation engine's administration: pools, cycles and runs.
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import {
  AllocationCycle,
  AllocationRun,
  CycleValidation,
  DriverReading,
  DriversQuery,
  MethodComparison,
  MethodsQuery,
  NewAllocationCycle,
  Pool,
  ReceiverValue,
  ReceiverValuesQuery,
  RunProof,
  RunRepeat,
  Simulation,
  SimulationRequest,
  TrialQuery,
  UnallocatedPool,
} from '../../contracts/http/allocation.ts';
import { Nullable, PageOf, PageQuery } from '../../contracts/http/page.ts';
import { Code } from '../../contracts/product.ts';
import { callerOf } from '../plugins/auth.ts';
import type { Allocation } from '../ports.ts';
import { IdParams, type Routes } from './route-types.ts';

const Month = Type.String({ pattern: '^[1-9]\\d{3}-(0[1-9]|1[0-2])$' });
const PeriodQuery = Type.Object({ period: Type.Optional(Month) });
const CycleParams = Type.Object({ code: Code });
const VersionParams = Type.Object({ code: Code, version: Type.Integer({ minimum: 1, maximum: 1_000_000 }) });
const Note = Type.Object({ note: Type.Optional(Nullable(Type.String({ maxLength: 500 }))) });

const tags = ['allocation'];
/** Shared cost concerns everybody: nobody whose view is cut sees it whole. */
const read = { permission: 'costs:read', wholeScope: true } as const;
/** Puts in force what somebody else wrote. */
const approve = { permission: 'costs:approve', wholeScope: true } as const;
const write = { permission: 'costs:write', wholeScope: true } as const;
/** A note may be left out with the body it would be in. */
const withoutBody = async (request: FastifyRequest): Promise<void> => {
  request.body ??= {};
};

export const allocationRoutes: Routes<{ allocation: Allocation }> = async (app, { allocation }) => {
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
      schema: {
        tags,
        summary: 'Write a cycle version; it counts once a second person has put it in force',
        body: NewAllocationCycle,
        response: { 201: AllocationCycle },
      },
    },
    async (request, reply) => {
      const cycle = await allocation.createCycle(request.body, callerOf(request).email);
      return reply.code(201).header('location', `${app.prefix}/allocation/cycles`).send(cycle);
    },
  );

  app.post(
    '/allocation/cycles/problems',
    {
      config: read,
      schema: {
        tags,
        summary: 'What would be wrong with a version that is not written yet, everything at once; stores nothing',
        querystring: PeriodQuery,
        body: NewAllocationCycle,
        response: { 200: CycleValidation },
      },
    },
    async (request) => allocation.checkDraft(request.body, request.query.period),
  );

  app.get(
    '/allocation/receivers',
    {
      config: read,
      schema: {
        tags,
        summary: 'Values that a filter of receivers may name, dimension by dimension',
        querystring: ReceiverValuesQuery,
        response: { 200: PageOf(ReceiverValue) },
      },
    },
    async (request) => allocation.receiverValues(request.query),
  );

  app.get(
    '/allocation/cycles/:code/versions/:version/problems',
    {
      config: read,
      schema: {
        tags,
        summary:
          'What is wrong with a version, everything at once; drivers are looked at in the period, this month by itself',
        params: VersionParams,
        querystring: PeriodQuery,
        response: { 200: CycleValidation },
      },
    },
    async (request) => allocation.validateCycle(request.params, request.query.period),
  );

  app.post(
    '/allocation/cycles/:code/versions/:version/activate',
    {
      config: approve,
      preValidation: withoutBody,
      schema: {
        tags,
        summary: 'Put a version in force; not by its author, and not while a problem blocks it',
        params: VersionParams,
        body: Note,
        response: { 200: AllocationCycle },
      },
    },
    async (request) => allocation.activateCycle(request.params, callerOf(request).email, request.body.note ?? null),
  );

  app.post(
    '/allocation/cycles/:code/versions/:version/withdraw',
    {
      config: write,
      preValidation: withoutBody,
      schema: {
        tags,
        summary: 'Withdraw a draft that nobody put in force; it stays on record and can never be put in force',
        params: VersionParams,
        body: Note,
        response: { 200: AllocationCycle },
      },
    },
    async (request) => allocation.withdrawCycle(request.params, callerOf(request).email, request.body.note ?? null),
  );

  app.post(
    '/allocation/cycles/simulate',
    {
      config: read,
      schema: {
        tags,
        summary:
          'What a version that is not written yet would do in a period, against what is in force; stores nothing',
        querystring: TrialQuery,
        body: NewAllocationCycle,
        response: { 200: Simulation },
      },
    },
    async (request) => allocation.simulateDraft(request.body, request.query),
  );

  app.post(
    '/allocation/cycles/:code/simulate',
    {
      config: read,
      schema: {
        tags,
        summary:
          'What a version, the newest by itself, would do in a period, against what is in force; writes no totals',
        params: CycleParams,
        body: SimulationRequest,
        response: { 200: Simulation },
      },
    },
    async (request) => allocation.simulate(request.params.code, request.body),
  );

  app.get(
    '/allocation/methods',
    {
      config: read,
      schema: {
        tags,
        summary: 'All methods side by side on the cycle in force: who would carry more, who less',
        querystring: MethodsQuery,
        response: { 200: MethodComparison },
      },
    },
    async (request) => allocation.compareMethods(request.query),
  );

  app.get(
    '/allocation/drivers',
    {
      config: read,
      schema: {
        tags,
        summary:
          'What the drivers of the cycle in force, or the one asked for, read, from where, and devices that told nothing',
        querystring: DriversQuery,
        response: { 200: PageOf(DriverReading) },
      },
    },
    async (request) => ({ items: await allocation.drivers(request.query), next: null }),
  );

  app.get(
    '/allocation/unallocated',
    {
      config: read,
      schema: {
        tags,
        summary: 'Shared cost of a period that nobody carries: pool by pool with the reason, a loop by its pools',
        querystring: PeriodQuery,
        response: { 200: PageOf(UnallocatedPool) },
      },
    },
    async (request) => ({ items: await allocation.unallocated(request.query.period), next: null }),
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
    '/allocation/runs/:id',
    {
      config: read,
      schema: {
        tags,
        summary: 'One run with the proof that it conserves, pool by pool',
        params: IdParams,
        response: { 200: RunProof },
      },
    },
    async (request) => allocation.run(request.params.id),
  );

  app.post(
    '/allocation/runs/:id/repeat',
    {
      config: read,
      schema: {
        tags,
        summary: 'Compute a run again from the inputs it stored, and compare',
        params: IdParams,
        response: { 200: RunRepeat },
      },
    },
    async (request) => allocation.repeat(request.params.id),
  );
};
