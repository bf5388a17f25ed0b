// Payloads that were refused: held whole with the reason, to be looked at, replayed or discarded.
import { Type } from 'typebox';
import type { Scope } from '../../contracts/access.ts';
import { Choice, PageOf, PageQuery } from '../../contracts/http/page.ts';
import { Quarantined } from '../../contracts/http/system.ts';
import { Code } from '../../contracts/product.ts';
import { callerOf } from '../plugins/auth.ts';
import type { Quarantine } from '../ports.ts';
import { found, IdParams, type Routes } from './route-types.ts';

const QuarantineQuery = Type.Interface([PageQuery], {
  state: Type.Optional(Choice(['held', 'replayed', 'discarded'])),
  device: Type.Optional(Code),
});

const tags = ['quarantine'];

export const quarantineRoutes: Routes<{ quarantine: Quarantine }> = async (app, { quarantine }) => {
  const held = async (id: number, scope: Scope): Promise<Quarantined> =>
    found(await quarantine.one(id, scope), `quarantined payload ${id}`);

  app.get(
    '/quarantine',
    {
      config: { permission: 'quarantine:read' },
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
    '/quarantine/:id',
    {
      config: { permission: 'quarantine:read' },
      schema: { tags, summary: 'One payload', params: IdParams, response: { 200: Quarantined } },
    },
    async (request) => held(request.params.id, callerOf(request).scope),
  );

  for (const action of ['replay', 'discard'] as const) {
    app.post(
      `/quarantine/:id/${action}`,
      {
        config: { permission: 'quarantine:write' },
        schema: {
          tags,
          summary: action === 'replay' ? 'Take it in again (its cause is mended)' : 'Discard it; the entry stays',
          params: IdParams,
          response: { 200: Quarantined },
        },
      },
      async (request) => {
        const { id } = await held(request.params.id, callerOf(request).scope);
        return quarantine[action](id);
      },
    );
  }
};
