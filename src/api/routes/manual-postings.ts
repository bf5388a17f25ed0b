// Postings by hand: shared cost into a pool, and reversals. Each becomes a fact once a second person has approved it.
import { ManualPosting, NewPoolPosting, NewReversal, PostingQuery } from '../../contracts/http/manual-postings.ts';
import { PageOf } from '../../contracts/http/page.ts';
import { callerOf } from '../plugins/auth.ts';
import { IDEMPOTENCY_HEADER } from '../plugins/idempotency.ts';
import type { ManualPostings } from '../ports.ts';
import { IdParams, type Routes } from './route-types.ts';
import { secondPersonRoutes } from './second-person.ts';

const tags = ['costs'];
const PATH = '/costs/postings';
/** Shared cost concerns everybody: nobody whose view is cut sees it whole. */
const read = { permission: 'costs:read', wholeScope: true } as const;
const write = { permission: 'costs:write', wholeScope: true } as const;

export const manualPostingRoutes: Routes<{ postings: ManualPostings }> = async (app, { postings }) => {
  app.get(
    PATH,
    {
      config: read,
      schema: {
        tags,
        summary: 'Postings by hand, newest first: who proposed, who approved, the fact each became',
        querystring: PostingQuery,
        response: { 200: PageOf(ManualPosting) },
      },
    },
    async (request) => postings.list(request.query),
  );

  app.post(
    '/costs/facts',
    {
      config: { ...write, idempotent: 'by-room' },
      schema: {
        tags,
        summary: 'Post a shared cost into a pool: it is a fact once a second person has approved it',
        body: NewPoolPosting,
        response: { 201: ManualPosting },
      },
    },
    async (request, reply) => {
      const { userId, email } = callerOf(request);
      const key = request.headers[IDEMPOTENCY_HEADER] ?? request.id;
      const posting = await postings.postShared(request.body, email, `user:${userId}:${String(key)}`);
      return reply.code(201).header('location', `${app.prefix}${PATH}`).send(posting);
    },
  );

  app.post(
    '/costs/facts/:id/reverse',
    {
      config: write,
      schema: {
        tags,
        summary: 'Take a fact back by a reversing one, once a second person has approved it',
        params: IdParams,
        body: NewReversal,
        response: { 201: ManualPosting },
      },
    },
    async (request, reply) => {
      const posting = await postings.reverse(request.params.id, request.body.note, callerOf(request).email);
      return reply.code(201).header('location', `${app.prefix}${PATH}`).send(posting);
    },
  );

  await app.register(secondPersonRoutes, {
    path: PATH,
    name: 'posting',
    tags,
    schema: ManualPosting,
    proposals: postings,
  });
};
