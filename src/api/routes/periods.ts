// Posting periods: what a month's end needs, and its close and reopening by two people.
import { Type } from 'typebox';
import { CloseRequest, PeriodDetail, PeriodPage, PostingPeriod, ReopenRequest } from '../../contracts/http/periods.ts';
import { callerOf } from '../plugins/auth.ts';
import type { Periods } from '../ports.ts';
import type { Routes } from './route-types.ts';

const PeriodParams = Type.Object({ period: Type.String({ pattern: '^[1-9]\\d{3}-(0[1-9]|1[0-2])$' }) });

const tags = ['periods'];
/** A month's books are those of the whole house. */
const read = { permission: 'costs:read', wholeScope: true } as const;
const write = { permission: 'costs:write', wholeScope: true } as const;
/** Carries out what somebody else asked for. */
const approve = { permission: 'costs:approve', wholeScope: true } as const;

export const periodRoutes: Routes<{ periods: Periods }> = async (app, { periods }) => {
  app.get(
    '/periods',
    { config: read, schema: { tags, summary: 'Posting periods, newest first', response: { 200: PeriodPage } } },
    async () => ({ items: await periods.list(), next: null }),
  );

  app.get(
    '/periods/:period',
    {
      config: read,
      schema: {
        tags,
        summary: 'A period with its checklist as it stands now, its steps, the true-up, and what came late',
        params: PeriodParams,
        response: { 200: PeriodDetail },
      },
    },
    async (request) => periods.one(request.params.period),
  );

  app.post(
    '/periods/:period/close',
    {
      config: write,
      schema: {
        tags,
        summary:
          'Ask for a period to be closed: blocking items are settled, others have a reason; a second person approves',
        params: PeriodParams,
        body: CloseRequest,
        response: { 200: PostingPeriod },
      },
    },
    async (request) => periods.close(request.params.period, request.body, callerOf(request).email),
  );

  app.post(
    '/periods/:period/reopen',
    {
      config: write,
      schema: {
        tags,
        summary:
          'Ask for a closed period to be open again: its final run is taken back in the journal; a second person approves',
        params: PeriodParams,
        body: ReopenRequest,
        response: { 200: PostingPeriod },
      },
    },
    async (request) => periods.reopen(request.params.period, request.body, callerOf(request).email),
  );

  app.post(
    '/periods/:period/approve',
    {
      config: approve,
      schema: {
        tags,
        summary: 'Carry out what another person asked for: the close with its final run, or the reopening',
        params: PeriodParams,
        response: { 200: PostingPeriod },
      },
    },
    async (request) => periods.approve(request.params.period, callerOf(request).email),
  );

  app.post(
    '/periods/:period/withdraw',
    {
      config: write,
      schema: {
        tags,
        summary: 'Take back a close or a reopening that was asked for and not approved',
        params: PeriodParams,
        response: { 200: PostingPeriod },
      },
    },
    async (request) => periods.withdraw(request.params.period, callerOf(request).email),
  );
};
