// Payloads that were refused: held whole with the reason, to be looked at, let in again or discarded, one or many.
import { Type } from 'typebox';
import type { Scope } from '../../contracts/access.ts';
import { PageOf } from '../../contracts/http/page.ts';
import {
  BulkDiscard,
  BulkReplay,
  Discard,
  Quarantined,
  QuarantinedDetail,
  QuarantineFilter,
  QuarantineQuery,
  QuarantineSummary,
} from '../../contracts/http/quarantine.ts';
import { Import } from '../../contracts/http/system.ts';
import { callerOf } from '../plugins/auth.ts';
import type { Quarantine } from '../ports.ts';
import { found, IdParams, type Routes } from './route-types.ts';

const tags = ['quarantine'];
const reads = { permission: 'quarantine:read' } as const;
const writes = { permission: 'quarantine:write' } as const;

export const quarantineRoutes: Routes<{ quarantine: Quarantine }> = async (app, { quarantine }) => {
  const held = async (id: number, scope: Scope): Promise<QuarantinedDetail> =>
    found(await quarantine.one(id, scope), `quarantined payload ${id}`);

  app.get(
    '/quarantine',
    {
      config: reads,
      schema: {
        tags,
        summary: 'Quarantined payloads, newest first',
        querystring: QuarantineQuery,
        response: { 200: PageOf(Quarantined) },
      },
    },
    async (request) => quarantine.list(request.query, callerOf(request).scope),
  );

  app.get(
    '/quarantine/summary',
    {
      config: reads,
      schema: {
        tags,
        summary: 'Counts by state, reason, device and day, and what the limits took away',
        querystring: QuarantineFilter,
        response: { 200: QuarantineSummary },
      },
    },
    async (request) => quarantine.summary(request.query, callerOf(request).scope),
  );

  app.get(
    '/quarantine/:id',
    {
      config: reads,
      schema: {
        tags,
        summary: 'One payload, set out to be read',
        params: IdParams,
        response: { 200: QuarantinedDetail },
      },
    },
    async (request) => held(request.params.id, callerOf(request).scope),
  );

  app.post(
    '/quarantine/:id/replay',
    {
      config: writes,
      schema: {
        tags,
        summary: 'Take it in again (its cause is mended)',
        params: IdParams,
        response: { 200: Quarantined },
      },
    },
    async (request) => {
      const { scope, email } = callerOf(request);
      return quarantine.replay((await held(request.params.id, scope)).id, email);
    },
  );

  app.post(
    '/quarantine/:id/discard',
    {
      config: writes,
      preValidation: async (request) => {
        request.body ??= {};
      },
      schema: {
        tags,
        summary: 'Discard it, saying why; the entry stays until the limit of its age',
        params: IdParams,
        body: Discard,
        response: { 200: Quarantined },
      },
    },
    async (request) => {
      const { scope, email } = callerOf(request);
      const { id } = await held(request.params.id, scope);
      return quarantine.discard(id, email, request.body.note ?? null);
    },
  );

  app.post(
    '/quarantine/replay',
    {
      config: writes,
      schema: {
        tags,
        summary: 'Take in everything held that fits the filter; progress shows under the import of the answer',
        body: BulkReplay,
        response: { 202: Import },
      },
    },
    async (request, reply) => {
      const { scope, email } = callerOf(request);
      const run = await quarantine.replayAll(request.body.filter, scope, email);
      return reply.code(202).header('location', `${app.prefix}/imports/${run.id}`).send(run);
    },
  );

  app.post(
    '/quarantine/discard',
    {
      config: writes,
      schema: {
        tags,
        summary: 'Discard everything held that fits the filter, saying why',
        body: BulkDiscard,
        response: { 200: Type.Object({ discarded: Type.Integer() }) },
      },
    },
    async (request) => {
      const { scope, email: actor } = callerOf(request);
      const { filter, note } = request.body;
      return { discarded: await quarantine.discardAll(filter, scope, { actor, note }) };
    },
  );
};
