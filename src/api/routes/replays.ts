// The time machine: asks for a rule version or a model to be judged on stored history, and looks at what came of it.
import { mayDo } from '../../contracts/access.ts';
import { PageOf } from '../../contracts/http/page.ts';
import { NewReplay, Replay, ReplayQuery } from '../../contracts/http/replays.ts';
import { Problem } from '../../contracts/problems.ts';
import { callerOf } from '../plugins/auth.ts';
import type { ModelReads, Replays } from '../ports.ts';
import { found, IdParams, type Routes } from './route-types.ts';

const tags = ['time machine'];

export const replayRoutes: Routes<{ replays: Replays; models: ModelReads }> = async (app, { replays, models }) => {
  app.post(
    '/rules/:id/replay',
    {
      config: { permission: 'rules:read', wholeScope: true },
      preValidation: async (request) => {
        request.body ??= {};
      },
      schema: {
        tags,
        summary: 'What a version of a rule would have done on stored history; nothing live is touched',
        params: IdParams,
        body: NewReplay,
        response: { 202: Replay },
      },
    },
    async (request, reply) => {
      const replay = await replays.start({ rule: request.params.id }, request.body, callerOf(request).email);
      return reply.code(202).header('location', `${app.prefix}/replays/${replay.id}`).send(replay);
    },
  );

  app.post(
    '/models/:id/replay',
    {
      config: { permission: 'models:read', wholeScope: true },
      preValidation: async (request) => {
        request.body ??= {};
      },
      schema: {
        tags,
        summary:
          'What a version of a model would have done on stored history, beside what is in force; nothing live is touched',
        params: IdParams,
        body: NewReplay,
        response: { 202: Replay },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      found(await models.one(id), `model ${id}`);
      const replay = await replays.start({ model: id }, request.body, callerOf(request).email);
      return reply.code(202).header('location', `${app.prefix}/replays/${replay.id}`).send(replay);
    },
  );

  app.get(
    '/replays',
    {
      config: { permission: 'rules:read', wholeScope: true },
      schema: {
        tags,
        summary: 'Runs of the time machine, newest first, without their results',
        querystring: ReplayQuery,
        response: { 200: PageOf(Replay) },
      },
    },
    async (request) => replays.list(request.query),
  );

  app.get(
    '/replays/:id',
    {
      config: { permission: 'rules:read', wholeScope: true },
      schema: { tags, summary: 'One run with its progress and result', params: IdParams, response: { 200: Replay } },
    },
    async (request) => found(await replays.one(request.params.id), `replay ${request.params.id}`),
  );

  app.post(
    '/replays/:id/cancel',
    {
      config: { permission: 'rules:read', wholeScope: true },
      schema: {
        tags,
        summary: 'Cancel a run: your own, or any with rules:write',
        params: IdParams,
        response: { 200: Replay },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { email, role } = callerOf(request);
      const { askedBy } = found(await replays.one(id), `replay ${id}`);
      if (askedBy !== email && !mayDo(role, 'rules:write')) {
        throw new Problem('not-permitted', `It was asked for by ${askedBy}; rules:write cancels others' runs`);
      }
      return replays.cancel(id);
    },
  );
};
