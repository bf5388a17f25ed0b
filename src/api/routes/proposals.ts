// Jobs that prognoses ask for: seen, confirmed with one press, dismissed with a reason; and how many a station takes in a week.
import { Type } from 'typebox';
import { PageOf } from '../../contracts/http/page.ts';
import { DismissProposal, JobCap, Proposal, ProposalQuery, SetJobCap } from '../../contracts/http/proposals.ts';
import { callerOf } from '../plugins/auth.ts';
import type { Proposals } from '../ports.ts';
import { CodeParams, found, IdParams, type Routes } from './route-types.ts';

const tags = ['proposals'];

export const proposalRoutes: Routes<{ proposals: Proposals }> = async (app, { proposals }) => {
  app.get(
    '/proposals',
    {
      config: { permission: 'alerts:read' },
      schema: {
        tags,
        summary: 'Jobs that prognoses ask for, newest first',
        querystring: ProposalQuery,
        response: { 200: PageOf(Proposal) },
      },
    },
    async (request) => proposals.list(request.query, callerOf(request).scope),
  );

  app.get(
    '/proposals/:id',
    {
      config: { permission: 'alerts:read' },
      schema: { tags, summary: 'One proposal', params: IdParams, response: { 200: Proposal } },
    },
    async (request) => {
      const { id } = request.params;
      return found(await proposals.one(id, callerOf(request).scope), `proposal ${id}`);
    },
  );

  app.post(
    '/proposals/:id/confirm',
    {
      config: { permission: 'work-orders:write' },
      schema: { tags, summary: 'Make it a work order', params: IdParams, response: { 200: Proposal } },
    },
    async (request) => {
      const { id } = request.params;
      const { scope, email } = callerOf(request);
      found(await proposals.one(id, scope), `proposal ${id}`);
      return proposals.confirm(id, email);
    },
  );

  app.post(
    '/proposals/:id/dismiss',
    {
      config: { permission: 'work-orders:write' },
      schema: {
        tags,
        summary: 'Say why nobody goes',
        params: IdParams,
        body: DismissProposal,
        response: { 200: Proposal },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { scope, email } = callerOf(request);
      found(await proposals.one(id, scope), `proposal ${id}`);
      return proposals.dismiss(id, request.body.note, email);
    },
  );

  app.get(
    '/job-caps',
    {
      config: { permission: 'work-orders:read' },
      schema: {
        tags,
        summary: 'Predictive jobs each station takes in a week, and what is held back',
        response: { 200: Type.Array(JobCap) },
      },
    },
    async () => proposals.caps(),
  );

  app.put(
    '/job-caps/:code',
    {
      config: { permission: 'models:approve', wholeScope: true },
      schema: {
        tags,
        summary: 'Set how many predictive jobs a station takes in a week',
        params: CodeParams,
        body: SetJobCap,
        response: { 200: JobCap },
      },
    },
    async (request) => proposals.setCap(request.params.code, request.body.jobsPerWeek, callerOf(request).email),
  );
};
